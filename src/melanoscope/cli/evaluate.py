"""What a bundle, or any system, is worth, in figures, pages and papers."""

from __future__ import annotations

from pathlib import Path

import click

from melanoscope.cli.bundle import load_bundle
from melanoscope.console import say, stdout


@click.command()
@click.argument("what", metavar="[BUNDLE]... SOURCE", nargs=-1, type=click.Path(path_type=Path))
@click.option("--predictions", type=click.Path(path_type=Path), help="Judge this CSV or Parquet table, of any system.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The folder for the figures and the report."
)
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice(["photograph", "lesion", "patient"]),
    help="Who is counted; may be given several times, by default every level that has ids.",
)
@click.option("--prevalence", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Of melanoma, in use.")
@click.option(
    "--metadata",
    "tables",
    metavar="CSV",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Age, sex, site, skin type, lesion or patient of photographs; may be given several times.",
)
@click.option("--split", type=click.Choice(["train", "validation", "test"]), help="Only this part of the SOURCE.")
@click.option("--views", type=int, default=1, show_default=True, help="As of `triage`.")
@click.option("--fast", is_flag=True, help="As of `triage`.")
@click.option("--drop-seen", is_flag=True, help="Leave out the photographs that the bundle was made with.")
@click.option("--allow-seen", is_flag=True, help="Judge them all the same, and stamp every figure.")
@click.option("--stress", is_flag=True, help="Also on changed photographs: blurred, turned, marked with a pen …")
@click.option("--shortcuts/--no-shortcuts", default=True, help="What can be told without the lesion; by default, yes.")
@click.option("--explanations/--no-explanations", default=True, help="Do the activation maps show what decides?")
@click.option("--masks", type=click.Path(path_type=Path), help="A folder of lesions' masks; else they are found.")
@click.option("--rounds", type=click.IntRange(min=100), default=2000, show_default=True, help="Of the bootstrap.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the bootstrap.")
@click.option("--resume", is_flag=True, help="Go on with what an interrupted evaluation left in the folder.")
def evaluate(
    what: tuple[Path, ...],
    predictions: Path | None,
    out: Path,
    levels: tuple[str, ...],
    prevalence: float | None,
    tables: tuple[Path, ...],
    split: str | None,
    views: int,
    fast: bool,
    drop_seen: bool,
    allow_seen: bool,
    stress: bool,
    shortcuts: bool,
    explanations: bool,
    masks: Path | None,
    rounds: int,
    seed: int,
    resume: bool,
) -> None:
    """Judge a BUNDLE, or `shipped`, on the labelled photographs of SOURCE: figures with intervals, and a report.

    Several BUNDLEs speak together. With --predictions, judge what any system said; SOURCE then gives the truth, if the
    table does not.
    """
    from melanoscope.data.readers.metadata import Metadata
    from melanoscope.inference.ensemble import Ensemble
    from melanoscope.report.evaluation_table import table
    from melanoscope.study import conduct
    from melanoscope.study.masks import Masks
    from melanoscope.study.settings import OnSeen, Probes, Settings

    probes = Probes(stress, shortcuts, explanations, Masks(masks))
    asked = tuple(dict.fromkeys(levels))
    settings = Settings(asked, prevalence, rounds, seed, tuple(map(Metadata.read, tables)), split)
    if drop_seen and allow_seen:
        raise click.UsageError("give --drop-seen or --allow-seen, not both.")
    if predictions:
        if len(what) > 1 or split or views > 1 or fast or stress or masks or drop_seen or allow_seen:
            raise click.UsageError("--predictions takes one SOURCE at most, and nothing that needs a bundle.")
        study = conduct.of_predictions(predictions, what[0] if what else None, out, settings)
    elif len(what) > 1:
        on_seen = OnSeen.DROP if drop_seen else OnSeen.ALLOW if allow_seen else OnSeen.REFUSE
        loaded = Ensemble.of([load_bundle(folder, fast) for folder in what[:-1]], views)
        study = conduct.of_bundle(loaded, what[-1], out, settings, probes, on_seen, resume)
    else:
        raise click.UsageError("give a BUNDLE (or `shipped`) and a SOURCE, or --predictions.")
    stdout.print(table(study), highlight=False)
    say(f"Report: {out / 'report.html'}")


@click.command()
@click.argument("systems", metavar="SYSTEM...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--truth", type=click.Path(path_type=Path), help="A data set or a table of diagnoses, for all systems.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder for the page.")
@click.option(
    "--level",
    default="photograph",
    show_default=True,
    type=click.Choice(["photograph", "lesion", "patient"]),
    help="Who is counted.",
)
@click.option("--rounds", type=click.IntRange(min=100), default=2000, show_default=True, help="Of the bootstrap.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the bootstrap.")
def compare(systems: tuple[Path, ...], truth: Path | None, out: Path, level: str, rounds: int, seed: int) -> None:
    """Compare SYSTEMs on the photographs that all have scored: tables of predictions, or folders of `evaluate`."""
    from melanoscope.report.evaluation_table import comparison_table
    from melanoscope.study.comparison import compare as run

    stdout.print(comparison_table(run(systems, truth, out, level, rounds, seed)), highlight=False)
    say(f"Page: {out / 'comparison.html'}")


@click.command()
@click.argument("folders", metavar="EVALUATION...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder for the papers.")
def report(folders: tuple[Path, ...], out: Path) -> None:
    """Fill the papers that reviewers ask for from what `evaluate` logged in the EVALUATION folders of one bundle.

    A model card, and the checklists TRIPOD+AI, STARD-AI and CLEAR Derm; what nobody measured stays blank.
    """
    from melanoscope.report.papers.log import Log
    from melanoscope.report.papers.write import write

    for title, (answered, items) in write(Log.read(folders), out).items():
        say(f"{title}: {answered} of {items} items answered from the log; the others are open, for the authors.")
    say(f"Written to {out}.")
