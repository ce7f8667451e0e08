"""A PostgreSQL server of our own, for as long as a test run takes: Debian's, on a socket that nobody else sees."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_USER = "postgres"
"""The server refuses to run as root: then it runs as this user, whom Debian's package makes."""


def programs() -> Path | None:
    """The folder of the newest installed server; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """Addresses of databases begin with what this gives, and end with `socket`'s folder: see `url`."""
    folder = Path(tempfile.mkdtemp(prefix="melanoscope-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, _USER)
    data = folder / "data"
    _run(bin_folder / "initdb", "-D", data, "-U", "melanoscope", "-A", "trust", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    _run(bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield str(folder)
    finally:
        _run(bin_folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def url(socket: str, database: str = "postgres") -> str:
    return f"postgresql://melanoscope@/{database}?host={socket}"


def _run(*words: str | Path) -> None:
    command = [str(word) for word in words]
    if os.getuid() == 0:
        command = ["runuser", "-u", _USER, "--", *command]
    subprocess.run(command, check=True, capture_output=True, cwd="/")
