"""Keeping a workstation: its key, its backups."""

from __future__ import annotations

from pathlib import Path

import click

from melanoscope.cli.serve import place, refuse_without_extra
from melanoscope.console import say

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def workstation() -> None:
    """Keep a workstation: make a key that seals it, back it up, restore it."""


@workstation.command()
@_FILE
def key(file: Path) -> None:
    """Make a key file with which `serve --key-file` seals photographs and secrets. Without it they stay closed."""
    refuse_without_extra()
    from melanoscope.workstation import encryption

    encryption.make(file)
    say(f"{file} holds a new key. Keep a copy of it elsewhere, apart from the backups.")


@workstation.command()
@_FILE
@place
def backup(file: Path, data: Path, database: str) -> None:
    """Write database, photographs and bundles into one file while the workstation runs. Sealed ones stay sealed."""
    refuse_without_extra()
    from melanoscope.workstation import backup
    from melanoscope.workstation.settings import Settings

    say(f"{file} holds the database and {backup.write(Settings(data, database), file):,} photographs.")


@workstation.command()
@_FILE
@place
def restore(file: Path, data: Path, database: str) -> None:
    """Make a workstation of a backup, where there is none.

    Everybody is logged out, and tokens and links end. Repeat the erasures that were made after the backup, and disable
    the accounts again that were disabled after it.
    """
    refuse_without_extra()
    from melanoscope.workstation import backup
    from melanoscope.workstation.settings import Settings

    say(f"{data} holds a workstation with {backup.restore(Settings(data, database), file):,} photographs.")
    say("Everybody is logged out; API tokens and links to choose a password work no more: make new ones.")
    say("Accounts and passwords are as they were: disable again whom somebody disabled since, and repeat erasures.")
