"""The workstation."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from melanoscope.extras import refuse_without


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
    """The option that says with which key photographs and secrets are sealed."""
    return click.option(
        "--key-file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Seal photographs and secrets with this key: see `melanoscope workstation key`.",
    )(command)


def refuse_without_extra() -> None:
    refuse_without("serve", "The workstation")


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
@click.option(
    "--address", metavar="URL", default="", help="Where people reach it, such as https://melanoscope.example.org."
)
@click.option(
    "--identity-provider",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A TOML file: who else vouches for people (OpenID Connect).",
)
@key_file
@place
def serve(
    host: str,
    port: int,
    watch: tuple[Path, ...],
    address: str,
    identity_provider: Path | None,
    key_file: Path | None,
    data: Path,
    database: str,
) -> None:
    """Serve the worklist on which alerts are seen first, judged and signed.

    At its first start it prints a link with which the first account is made. Ctrl-C stops it.
    """
    refuse_without_extra()
    gc.disable()  # importing leaves nothing to collect, and looking for it takes a sixth of the start; `run` enables it
    from melanoscope.workstation.server import run
    from melanoscope.workstation.settings import Settings

    run(Settings(data, database, host, port, watch, key_file, address=address, provider=identity_provider))
