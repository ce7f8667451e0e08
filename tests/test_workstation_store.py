"""Transactions and migrations, on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

from melanoscope.errors import InputError
from melanoscope.workstation.store.accounts import Account, LoginSession
from melanoscope.workstation.store.models import Base
from melanoscope.workstation.store.operations import Setting
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role
from stores import new_database

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


def plain(value: object) -> object:
    """As it is compared: types and conditions by what they say."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else str(value)


def schema(engine: Engine) -> dict[str, list[str]]:
    """What the database knows of its tables, in no order."""
    known = inspect(engine)
    looks = (
        known.get_columns,
        known.get_foreign_keys,
        known.get_unique_constraints,
        known.get_check_constraints,
        known.get_indexes,
        lambda table: [known.get_pk_constraint(table)],
    )
    return {
        table: sorted(repr(plain(each)) for look in looks for each in look(table)) for table in Base.metadata.tables
    }


def test_the_migrations_make_what_the_models_say(store: Store) -> None:
    migrated = schema(store.engine)
    Base.metadata.drop_all(store.engine)
    Base.metadata.create_all(store.engine)
    assert migrated == schema(store.engine)


def test_a_database_of_another_version_is_one_sentence(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '99_later'"))
    with pytest.raises(InputError, match="made by another version"):
        Store(store.engine.url.render_as_string(hide_password=False))


def test_times_and_words_come_back_as_they_were(store: Store) -> None:
    with store.writing() as session:
        session.add(Account(name="ada", role=Role.READER, created_at=NOON))
    with store.reading() as session:
        ada = session.scalars(select(Account)).one()
    assert (ada.created_at, ada.role) == (NOON, Role.READER)


def test_what_fails_has_never_been(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as session:
        session.add(Setting(name="a", value={}))
        session.flush()
        raise ZeroDivisionError
    with store.reading() as session:
        assert session.get(Setting, "a") is None


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(LoginSession(hash="x", account_id=7, created_at=NOON, seen_at=NOON, expires_at=NOON))


def test_writers_that_read_first_take_turns_and_lose_nothing(store: Store) -> None:
    with store.writing() as session:
        session.add(Setting(name="count", value={"n": 0}))

    def count() -> None:
        for _ in range(20):
            with store.writing() as session:
                setting = session.get_one(Setting, "count")
                setting.value = {"n": setting.value["n"] + 1}

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert session.get_one(Setting, "count").value == {"n": 80}


def test_a_database_that_has_no_encoding_keeps_every_letter(postgres_socket: str) -> None:
    options = "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    store = Store(new_database(postgres_socket, options).replace("postgresql://", "postgresql+psycopg://"))
    with store.writing() as session:
        session.add(Setting(name="größe", value={}))
    with store.reading() as session:
        assert session.scalars(select(Setting.name)).all() == ["größe"]
    store.close()


@pytest.mark.parametrize("url", ["nonsense", "oracle://x", "sqlite:////no/such/folder/x.sqlite"])
def test_a_database_that_is_none_is_one_sentence(url: str) -> None:
    with pytest.raises(InputError):
        Store(url)
