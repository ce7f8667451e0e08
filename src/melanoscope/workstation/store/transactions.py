"""Store: transactions on one database, SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from melanoscope.errors import InputError
from melanoscope.workstation.encryption import Key
from melanoscope.workstation.store import search
from melanoscope.workstation.store.migrate import migrate
from melanoscope.workstation.store.sealing import KEY

BUNDLES = "bundles"
"""What sessions know the folder of the bundles by."""

_PATIENCE_MS = 30_000
"""How long SQLite waits for another writer, and PostgreSQL for one that says nothing, as a machine that has died."""

_TURN = 5_365_414
"""PostgreSQL's advisory lock that whoever writes holds."""

_NEWEST, _ONE_STATE = {"isolation_level": "READ COMMITTED"}, {"isolation_level": "REPEATABLE READ"}
"""On PostgreSQL: whoever has waited for the turn sees what was kept meanwhile, and a reader nothing of the kind."""


class _Session(Session):
    """What the words of a search follow."""


search.follow(_Session)


class Store:
    """The database at `url`, with its migrations applied. Safe in several threads and processes.

    `bundles` is the folder of the bundles that it names, and `key` seals its secrets: sessions know both.
    """

    def __init__(self, url: str, bundles: Path = Path(), key: Key | None = None) -> None:
        self.bundles = bundles
        self._known = {BUNDLES: bundles, KEY: key}
        self.engine = _engine(url)
        self._reader = self.engine.execution_options(**({} if self._is_sqlite else _ONE_STATE))
        self._writer = self.engine.execution_options(writes=True)
        self._turn = Lock()
        try:
            migrate(self._writer)
        except (OperationalError, CommandError) as error:
            self.close()
            raise InputError(_fault(url, error)) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that sees one state of the database, and changes nothing."""
        with self._session(self._reader) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that is on the disk when the block has ended well, and never was when it has not.

        Writers take turns from their first statement on: whatever one of them has read stays true until it has ended,
        and two never wait for each other. Those of one process queue up first, so that they hold no connections.
        """
        with self._turn, self._session(self._writer) as session, session.begin():
            yield session

    @contextmanager
    def leasing(self) -> Iterator[Session]:
        """As `writing`, for whoever takes a job and does nothing else: on PostgreSQL without waiting for a turn."""
        if self._is_sqlite:
            with self.writing() as session:
                yield session
        else:
            with self._session(self.engine) as session, session.begin():
                yield session

    def _session(self, engine: Engine) -> Session:
        return _Session(engine, expire_on_commit=False, info=self._known)

    @property
    def _is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        self.engine.dispose()


def _fault(url: str, error: OperationalError | CommandError) -> str:
    shown = make_url(url).render_as_string(hide_password=True)
    if isinstance(error, OperationalError):
        return f"{shown}: the database cannot be opened ({error.orig}). Check --database."
    return f"{shown} was made by another version of Melanoscope. Use that one."


def _engine(url: str) -> Engine:
    """A connection's encoding is said, for a database may have none (SQL_ASCII)."""
    remote = {"pool_pre_ping": True, "connect_args": {"client_encoding": "utf8"}, **_NEWEST}
    try:
        engine = create_engine(url, hide_parameters=True, **({} if url.startswith("sqlite") else remote))
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise InputError(f"--database: {error}. Give postgresql://user:password@host/name.") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in (f"busy_timeout={_PATIENCE_MS}", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection)


def _write_ahead(connection: Any) -> None:
    """Of servers that first open a database at once, SQLite refuses this to all but one, and lets none wait."""
    until = time.monotonic() + _PATIENCE_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        patience = f"set_config('idle_in_transaction_session_timeout', '{_PATIENCE_MS}', true)"
        connection.exec_driver_sql(f"SELECT {patience}, pg_advisory_xact_lock({_TURN})")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes"))
