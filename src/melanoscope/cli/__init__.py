"""The command line: one thin command per job, each in the module of its job.

A command imports its room within its body, so that `melanoscope triage` starts fast.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from melanoscope.cli import audit_log, bundle, data, evaluate, serve, train, triage, worklist, workstation
from melanoscope.console import say, stderr
from melanoscope.errors import InputError


@click.group()
@click.version_option(package_name="melanoscope")
def cli() -> None:
    """Find melanoma in dermoscopic photographs. Research use only; not a medical device."""


for job in (
    data.data,
    data.audit,
    triage.triage,
    train.train,
    train.export,
    train.ladder,
    evaluate.evaluate,
    evaluate.compare,
    evaluate.report,
    bundle.operate,
    bundle.bundle,
    serve.serve,
    audit_log.audit_log,
    workstation.workstation,
    worklist.worklist,
):
    cli.add_command(job)


def main() -> None:
    """Run a command; what is wrong with its input is one sentence on stderr, and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows ? for what it lacks
    try:
        cli(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message())
    except InputError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or 'the system'}: {error.strerror or error}. Check the path, permissions and disk.")
    except (KeyboardInterrupt, click.Abort):
        say("melanoscope: interrupted; train, ladder, triage and evaluate go on with --resume.", stderr, style="bold")
        sys.exit(130)


def _fail(sentence: str) -> None:
    say(f"melanoscope: {sentence}", stderr, style="bold red")
    sys.exit(2)
