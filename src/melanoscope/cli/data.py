"""What a data set holds, whether it can be trusted, and where to get one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from melanoscope.console import say, stderr, stdout


class _DescribeByDefault(click.Group):
    """`melanoscope data SOURCE` is `melanoscope data describe SOURCE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self.commands, *self.get_help_option_names(ctx)}
        return super().parse_args(ctx, ["describe", *args] if args and args[0] not in known else args)


@click.group(cls=_DescribeByDefault)
def data() -> None:
    """Describe a data set (`melanoscope data SOURCE`), or get one (`melanoscope data get NAME DEST`)."""


@data.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write summary.json and two plots into this folder.")
def describe(sources: tuple[Path, ...], out: Path | None) -> None:
    """Count the photographs of SOURCE per class and split; show their sizes and licences."""
    from melanoscope.data import read
    from melanoscope.data.describe import summarise
    from melanoscope.report import data_set

    records = [record for source in sources for record in read(source)]
    summary = summarise(records)
    stdout.print(data_set.table(summary), highlight=False)
    for sentence in data_set.sentences(summary):
        say(sentence)
    if out:
        data_set.write(summary, records, out)
        say(f"Written to {out}.")


@data.command()
@click.argument("name", type=click.Choice(["isic9", "ham10000"]))
@click.argument("dest", type=click.Path(path_type=Path))
def get(name: str, dest: Path) -> None:
    """Download a data set from the ISIC Archive into DEST; run again, it goes on where it stopped."""
    from melanoscope.data.download import download

    done = download(name, dest)
    for failure in done.failures:
        say(f"{failure.image_id}: {failure.reason}", stderr)
    failed = f", {len(done.failures):,} failed (run again to go on)" if done.failures else ""
    say(f"{dest}: {done.fetched:,} files fetched, {done.there:,} were there{failed}.")
    sys.exit(1 if done.failures else 0)


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--reference",
    "references",
    metavar="CSV",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A table that is trusted more than the sources' labels; may be given several times.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder for the page and the tables.")
def audit(sources: tuple[Path, ...], references: tuple[Path, ...], out: Path) -> None:
    """Find copies, label conflicts, leaks and shortcuts in SOURCE, and make a clean table for training.

    Writes audit.html, audit.json, clean.csv (one row per photograph, its diagnosis resolved) and excluded.csv.
    """
    from melanoscope.atomic import make_folder
    from melanoscope.data import read
    from melanoscope.data.audit import audit as run
    from melanoscope.data.resolve import Reference
    from melanoscope.report import audit_page, audit_words

    trusted = [Reference.read(table) for table in references]
    records = [record for source in sources for record in read(source)]
    make_folder(out)
    found = run(records, trusted)
    audit_page.write(found, out)
    stdout.print(audit_words.table(found), audit_words.class_table(found), sep="\n", highlight=False)
    for sentence in (*map(audit_words.shortcut, found.confounding), audit_words.conclusion(found)):
        say(sentence)
    say(f"Page: {out / audit_page.PAGE}")
