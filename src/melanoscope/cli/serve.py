"""The workstation, and its audit log."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import click

from melanoscope.console import say, stderr
from melanoscope.errors import InputError


def place(command: click.decorators.FC) -> click.decorators.FC:
    """The options that say where the workstation's data lie."""
    data = click.option(
        "--data",
        type=click.Path(path_type=Path),
        default="melanoscope-data",
        show_default=True,
        help="The folder for photographs and database.",
    )
    database = click.option(
        "--database", metavar="URL", default="", help="postgresql://user:password@host/name instead of SQLite."
    )
    return data(database(command))


def key_file(command: click.decorators.FC) -> click.decorators.FC:
    """The option that says with which key photographs are sealed."""
    return click.option(
        "--key-file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Seal photographs with this key: see `melanoscope workstation key`.",
    )(command)


def refuse_without_extra() -> None:
    if not all(map(find_spec, ("alembic", "argon2", "babel", "fastapi", "multipart", "sqlalchemy", "uvicorn"))):
        raise InputError("the workstation needs more than triage: install it with `pip install 'melanoscope[serve]'`.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 for every network.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any that is free.")
@click.option(
    "--watch",
    metavar="DIR",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Make a case of each new photograph in this folder; may be given several times.",
)
@key_file
@place
def serve(host: str, port: int, watch: tuple[Path, ...], key_file: Path | None, data: Path, database: str) -> None:
    """Serve the worklist on which alerts are seen first, judged and signed.

    At its first start it prints a link with which the first account is made. Ctrl-C stops it.
    """
    refuse_without_extra()
    from melanoscope.workstation.server import run
    from melanoscope.workstation.settings import Settings

    run(Settings(data, database, host, port, watch, key_file))


@click.group()
def audit_log() -> None:
    """Who saw and did what in the workstation."""


@audit_log.command()
@place
def verify(data: Path, database: str) -> None:
    """Find any row of the audit log that was changed, removed or reordered; exit code 1 if there is one."""
    refuse_without_extra()
    from melanoscope.workstation.audit_log import verify as look
    from melanoscope.workstation.settings import Settings
    from melanoscope.workstation.store.transactions import Store

    if not database and not (data / "workstation.sqlite").is_file():
        raise InputError(f"{data} holds no workstation. Give its --data or --database.")
    with Store(Settings(data, database).url).reading() as session:
        verdict = look(session)
    if verdict.fault:
        say(f"The audit log was tampered with: {verdict.fault}.", stderr, "bold red")
        sys.exit(1)
    say(f"{verdict.entries:,} rows, none changed, removed or reordered. The last hash is {verdict.last}.")
