"""Photographs in, a ranked list with alerts out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from melanoscope.cli.bundle import SHIPPED, load_bundle
from melanoscope.console import say, stdout


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="melanoscope-out",
    show_default=True,
    help="The folder for the report and the tables.",
)
@click.option(
    "--bundle",
    "bundles",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A bundle's folder, or `shipped`, as by default; several speak together.",
)
@click.option("--views", type=int, default=1, show_default=True, help="Look at each photograph 2, 4 or 8 ways round.")
@click.option("--fast", is_flag=True, help="Ask the bundle's int8 network: twice as fast, nearly as exact.")
@click.option("--resume", is_flag=True, help="Go on with what an interrupted run left in the results folder.")
@click.option(
    "--prevalence", type=float, help="Share of your patients with melanoma: probabilities for them; outcomes stay."
)
@click.option("--json", "as_json", is_flag=True, help="Print predictions.json, and nothing else, on stdout.")
@click.option("--watch", "watching", is_flag=True, help="Keep looking at the folders, until Ctrl-C.")
@click.option(
    "--on-alert", metavar="CMD", help="With --watch: run CMD for each alert; its word {path}, or last one, is it."
)
@click.option("--webhook", metavar="URL", help="With --watch: post each alert to URL as JSON.")
def triage(
    paths: tuple[Path, ...],
    out: Path,
    bundles: tuple[Path, ...],
    views: int,
    fast: bool,
    resume: bool,
    prevalence: float | None,
    as_json: bool,
    watching: bool,
    on_alert: str | None,
    webhook: str | None,
) -> None:
    """Rank the photographs at PATH (folders, files, globs, zips): who needs a dermatologist first?

    A diagnosis, here and in predictions.csv, is the likeliest if all were equally common: not always the most probable.

    Exit code 0 when every photograph could be read and every alert told, 1 when some could not, 2 when the input is
    wrong.
    """
    from melanoscope.inference.ensemble import Ensemble
    from melanoscope.triage import run
    from melanoscope.triage.notify import channels
    from melanoscope.triage.table import table
    from melanoscope.triage.watch import watch
    from melanoscope.triage.work import JSON, PAGE

    told = channels(on_alert, webhook)
    if told and not watching:
        raise click.UsageError("--on-alert and --webhook tell of what arrives: they need --watch.")
    loaded = Ensemble.of([load_bundle(folder, fast) for folder in bundles or (SHIPPED,)], views)
    if watching:
        result = watch(paths, out, loaded, resume, told, prevalence)
    else:
        result = run(paths, out, loaded, resume, prevalence)
    if as_json:
        click.echo((out / JSON).read_bytes(), nl=False)
    else:
        stdout.print(table(result))
        spoke = f"{loaded.description.name} of {loaded.description.created}"
        say(f"Report: {out / PAGE}; bundle: {spoke}")
    sys.exit(0 if result.is_complete else 1)
