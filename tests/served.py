"""Real server processes for tests, and an account that is logged in without the login's page."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.security import csrf, sessions
from melanoscope.workstation.service import accounts
from melanoscope.workstation.service.accounts import NewAccount
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role
from stations import PATIENCE, password_hash

MAIN = "from melanoscope.cli import main; main()"


@contextmanager
def serving(data: Path, lines: int, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A server of its own on a free port, and the addresses in the first `lines` that it prints."""
    command = [sys.executable, "-c", MAIN, "serve", "--data", str(data), "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, re.findall(r"http://\S+", "".join(process.stdout.readline() for _ in range(lines)))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def database(settings: Settings) -> tuple[str, ...]:
    """The option that names its database, where there is one."""
    return ("--database", settings.database) if settings.database else ()


def session_of(settings: Settings, name: str = "ada", role: Role = Role.ADMINISTRATOR) -> str:
    """The secret of a session of a new account, which stays valid while servers come and go."""
    settings.data.mkdir(parents=True, exist_ok=True)
    store = Store(settings.url)
    with store.writing() as session:
        secret = sessions.begin(session, accounts.create(session, SYSTEM, NewAccount(name, password_hash(), role)))
    store.close()
    return secret


def client(address: str, secret: str) -> httpx.Client:
    """A program that is logged in, and sends the token of its session."""
    return httpx.Client(
        base_url=address,
        cookies={sessions.COOKIE: secret},
        headers={csrf.HEADER: csrf.token(secret)},
        timeout=PATIENCE,
    )
