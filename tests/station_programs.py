"""Programs that use a workstation's API, each with a token of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.service import tokens
from melanoscope.workstation.service.accounts import NewAccount, actor_of
from melanoscope.workstation.service.accounts import create as create_account
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role, Scope

CASES = "/api/v1/cases"


@contextmanager
def program(folder: Path, role: Role = Role.ADMINISTRATOR, *scopes: Scope, database: str = "") -> Iterator[TestClient]:
    """A program at a workstation of its own, with all that `role` may if no scopes are named."""
    with stations.station(folder, database) as client:
        client.headers["Authorization"] = f"Bearer {token(stations.of(client).store, 'ada', role, *scopes)}"
        yield client


def token(store: Store, name: str, role: Role, *scopes: Scope) -> str:
    """The secret of a token of a new account."""
    given = scopes or [scope for scope in Scope if role.may(scope.role)]
    with store.writing() as session:
        account = create_account(session, SYSTEM, NewAccount(name, stations.password_hash(), role))
        return tokens.create(session, actor_of(account), "test", given, 1).secret


def send(client: TestClient, *paths: Path, key: str | None = None, **about: str) -> Any:
    """Photographs of a new case."""
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(CASES, files=stations.upload(*paths), data=about, headers=headers)


def add(client: TestClient, *paths: Path, **about: str) -> str:
    """The address of a new case that has been scored."""
    address: str = send(client, *paths, **about).headers["Location"]
    stations.scored(client)
    return address


def links(header: str) -> dict[str, str]:
    """Where a Link header leads, by the relation."""
    return {relation: address for address, relation in re.findall(r'<([^>]+)>; rel="([^"]+)"', header)}
