"""PostgreSQL's own programs, for backups of a database on it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from melanoscope.errors import InputError


def dump(database: str, file: Path) -> None:
    """One state of the database, in PostgreSQL's own format; InputError where that fails."""
    _run(database, "pg_dump", "--format=custom", "--no-owner", f"--file={file}")


def restore(database: str, file: Path) -> None:
    """All of a dump, or nothing; InputError where that fails, as it does where the database is not empty."""
    _run(database, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(file))


def _run(database: str, program: str, *options: str) -> None:
    """The password goes through the environment: everybody can see a program's arguments."""
    url = make_url(database)
    shown = url._replace(password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    try:
        subprocess.run(
            [program, f"--dbname={shown}", *options],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | secret,
        )
    except FileNotFoundError as error:
        raise InputError(f"{program} is not installed here. Install PostgreSQL's client programs.") from error
    except subprocess.CalledProcessError as error:
        said = (error.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise InputError(f"{program} failed: {said}") from error
