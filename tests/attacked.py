"""The workstation that attacks are tried at, and what they send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.security import csrf, sessions

CASES = "/api/v1/cases"


@contextmanager
def station(folder: Path) -> Iterator[TestClient]:
    """An administrator's browser."""
    with stations.station(folder) as opened:
        stations.log_in(opened, "ada")
        opened.headers[csrf.HEADER] = csrf.token(opened.cookies[sessions.COOKIE])
        yield opened


def send(client: TestClient, file: str, content: bytes, **about: str) -> Any:
    return client.post(CASES, files=[("photographs", (file, content))], data=about)


def added(client: TestClient, file: str, content: bytes, **about: str) -> Any:
    """The case that was made of it, once it has been looked at."""
    location = send(client, file, content, **about).headers["location"]
    stations.scored(client)
    return client.get(location).json()
