"""A workstation for tests: a whole one, on a temporary folder, with the shipped bundle and people who log in."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from melanoscope.bundle import Bundle
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.application import create
from melanoscope.workstation.context import Workstation
from melanoscope.workstation.security import sessions
from melanoscope.workstation.service.accounts import NewAccount
from melanoscope.workstation.service.accounts import create as create_account
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.words import Role

HERE = "http://127.0.0.1"
SHIPPED = Bundle.shipped().description.name
"""The bundle that speaks unless a test promotes another."""

PASSWORD = "four words are enough"
PATIENCE = 120.0
"""Seconds until a test gives up waiting for a server or a page, which only a machine that does much else lets pass."""


@contextmanager
def station(folder: Path, database: str = "") -> Iterator[TestClient]:
    """A stranger's browser at a workstation that runs; `of` gives its inside."""
    with TestClient(create(Settings(folder, database)), base_url=HERE, follow_redirects=False) as client:
        yield client


def of(client: TestClient) -> Workstation:
    workstation: Workstation = client.app.state.workstation  # type: ignore[attr-defined]
    return workstation


@cache
def password_hash() -> str:
    """A weak one: a good hash takes long, on purpose."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def account(client: TestClient, name: str, role: Role) -> str:
    """Make an account; the secret of a session of it."""
    with of(client).store.writing() as session:
        return sessions.begin(session, create_account(session, SYSTEM, NewAccount(name, password_hash(), role)))


def log_in(client: TestClient, name: str, role: Role = Role.ADMINISTRATOR) -> None:
    """Come in with a new account, without the pains of the login's page."""
    client.cookies.set(sessions.COOKIE, account(client, name, role), domain="127.0.0.1")


def browser(client: TestClient, cookie: str = "") -> TestClient:
    """Another browser at the same workstation, whose server runs already; with the `cookie` of a session, if given."""
    other = TestClient(client.app, base_url=HERE, follow_redirects=False)
    if cookie:
        other.cookies.set(sessions.COOKIE, cookie, domain="127.0.0.1")
    return other


def token(client: TestClient, page: str) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(page).text)
    assert found
    return found[1]


def post(client: TestClient, address: str, page: str | None = None, files: Any = None, **values: str) -> Any:
    """Send the form of `page`, by default the one at `address` itself."""
    return client.post(address, data={"csrf": token(client, page or address), **values}, files=files)


def decide(client: TestClient, case_id: str, **values: str) -> Any:
    """Sign a decision on the case as its page now is."""
    page = f"/cases/{case_id}"
    version = re.search(r'name="version" value="([0-9]+)"', client.get(page).text)
    assert version
    return post(client, f"{page}/decide", page, **{"version": version[1], "signed": "true"} | values)


def upload(*paths: Path) -> list[tuple[str, tuple[str, bytes]]]:
    return [("photographs", (path.name, path.read_bytes())) for path in paths]


def scored(client: TestClient | httpx.Client) -> list[dict[str, Any]]:
    """The worklist, once nothing in it is being scored any more."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        cases: list[dict[str, Any]] = client.get("/api/v1/cases").json()["cases"]
        if all(case["status"] != "scoring" for case in cases):
            return cases
        time.sleep(0.02)
    raise TimeoutError("some case is still being scored")
