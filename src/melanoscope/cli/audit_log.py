"""The workstation's audit log."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from melanoscope.cli.serve import place, refuse_without_extra
from melanoscope.console import say, stderr


@click.group()
def audit_log() -> None:
    """Who saw and did what in the workstation."""


@audit_log.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON, and nothing else, on stdout.")
@place
def verify(as_json: bool, data: Path, database: str) -> None:
    """Find any row of the audit log that was changed, removed or reordered.

    Exit code 0 where there is none, 1 where there is one, 2 where there is no audit log to look at.
    """
    refuse_without_extra()
    from melanoscope.workstation.audit_log import verify as look
    from melanoscope.workstation.settings import Settings
    from melanoscope.workstation.store.transactions import Store

    settings = Settings(data, database)
    settings.refuse_missing()
    with Store(settings.url).reading() as session:
        verdict = look(session)
    if as_json:
        click.echo(json.dumps(asdict(verdict)))
    elif verdict.fault:
        say(f"The audit log was tampered with: {verdict.fault}.", stderr, "bold red")
    else:
        say(f"{verdict.entries:,} rows, none changed, removed or reordered. The last hash is {verdict.last}.")
    if verdict.fault:
        sys.exit(1)
