"""The command line: one thin command per job."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from melanoscope.console import stderr, stdout
from melanoscope.errors import InputError


@click.group()
@click.version_option(package_name="melanoscope")
def cli() -> None:
    """Find melanoma in dermoscopic photographs. Research use only; not a medical device."""


class _DescribeByDefault(click.Group):
    """`melanoscope data SOURCE` is `melanoscope data describe SOURCE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self.commands, *self.get_help_option_names(ctx)}
        return super().parse_args(ctx, ["describe", *args] if args and args[0] not in known else args)


@cli.group(cls=_DescribeByDefault)
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
    stdout.print(data_set.table(summary), *data_set.sentences(summary), sep="\n", highlight=False)
    if out:
        data_set.write(summary, records, out)
        stdout.print(f"Written to {out}.", highlight=False, markup=False)


def main() -> None:
    """Run a command; what is wrong with its input is one sentence on stderr, and exit code 2."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        _fail(error.format_message())
    except InputError as error:
        _fail(str(error))
    except (KeyboardInterrupt, click.Abort):
        stderr.print("melanoscope: interrupted; run the same command with --resume to go on.", style="bold")
        sys.exit(130)


def _fail(sentence: str) -> None:
    stderr.print(f"melanoscope: {sentence}", style="bold red", highlight=False, markup=False, soft_wrap=True)
    sys.exit(2)
