"""The command line: one thin command per job."""

from __future__ import annotations

import sys

import click

from melanoscope.console import stderr
from melanoscope.errors import InputError


@click.group()
@click.version_option(package_name="melanoscope")
def cli() -> None:
    """Find melanoma in dermoscopic photographs. Research use only; not a medical device."""


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
