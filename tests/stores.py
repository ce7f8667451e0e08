"""Databases for tests of the workstation's inside, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

import postgres
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.transactions import Store


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.server(programs) as socket:
        yield socket


@pytest.fixture
def postgres_url(postgres_socket: str) -> str:
    return new_database(postgres_socket)


def new_database(postgres_socket: str, options: str = "") -> str:
    """The address of an empty one, made with PostgreSQL's `options`."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres.url(postgres_socket), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {options}".encode())
    return postgres.url(postgres_socket, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Where a new workstation's data shall lie, once on each database."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Settings(tmp_path / "data", url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store, once on each database."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'test.sqlite'}" if sqlite else request.getfixturevalue("postgres_url")
    opened = Store(url.replace("postgresql://", "postgresql+psycopg://"), tmp_path / "bundles")
    yield opened
    opened.close()


@pytest.fixture
def kept(tmp_path: Path) -> Photographs:
    return Photographs(tmp_path / "photographs")
