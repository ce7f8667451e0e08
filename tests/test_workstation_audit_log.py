"""Whatever is done to the audit log's rows is found."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.service import auditing
from melanoscope.workstation.service.auditing import Sought
from melanoscope.workstation.store.operations import AuditEntry
from melanoscope.workstation.store.transactions import Store

ROWS = 6
COLUMNS = ("at", "actor", "action", "subject", "detail", "previous", "hash")


def fill(opened: Store, rows: int = ROWS) -> None:
    for number in range(rows):
        with opened.writing() as session:
            audit_log.append(session, SYSTEM, "case.view", f"case:{number}", {"probability": number / 7, "who": "Ü"})


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Store:
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('log') / 'x.sqlite'}")
    fill(made)
    return made


def fault_after(log: Store, tamper: Any) -> str:
    """What is found once `tamper` has changed the log; the change itself is taken back."""
    with Session(log.engine) as session:
        tamper(session)
        session.expire_all()
        found = audit_log.verify(session).fault
        session.rollback()
    return found


def test_an_untouched_log_has_no_fault(store: Store) -> None:
    fill(store)
    with store.reading() as session:
        verdict = audit_log.verify(session)
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert (verdict.entries, verdict.fault) == (ROWS, "")
    assert last is not None and verdict.last == last.hash


def test_an_empty_log_has_no_fault(store: Store) -> None:
    with store.reading() as session:
        assert audit_log.verify(session) == audit_log.AuditVerification(0, audit_log.START)


@given(st.integers(1, ROWS), st.sampled_from(COLUMNS))
def test_a_changed_value_is_found(log: Store, seq: int, column: str) -> None:
    new = {"at": "2001-01-01 00:00:00.000000", "detail": '{"a":1}'}.get(column, "0" * 64)
    change = text(f"UPDATE audit_log SET {column} = :new WHERE seq = :seq AND {column} <> :new")

    def tamper(session: Session) -> None:
        changed = session.execute(change, {"new": new, "seq": seq})
        if not changed.rowcount:  # type: ignore[attr-defined]
            session.execute(text("UPDATE audit_log SET actor = 'somebody else' WHERE seq = :seq"), {"seq": seq})

    assert f"row {seq}" in fault_after(log, tamper)


@given(st.sets(st.integers(1, ROWS), min_size=1))
def test_removed_rows_are_found_wherever_they_stood(log: Store, gone: set[int]) -> None:
    def tamper(session: Session) -> None:
        for seq in gone:
            session.execute(text("DELETE FROM audit_log WHERE seq = :seq"), {"seq": seq})

    assert "removed" in fault_after(log, tamper)


@given(st.permutations(range(1, ROWS + 1)).filter(lambda order: list(order) != sorted(order)))
def test_rows_in_another_order_are_found(log: Store, order: list[int]) -> None:
    def tamper(session: Session) -> None:
        session.execute(text("UPDATE audit_log SET seq = seq + 1000"))
        for new, old in enumerate(order, 1):
            session.execute(text("UPDATE audit_log SET seq = :new WHERE seq = :old"), {"new": new, "old": old + 1000})

    assert fault_after(log, tamper)


def test_a_row_that_was_slipped_in_is_found(log: Store) -> None:
    def tamper(session: Session) -> None:
        slipped = "INSERT INTO audit_log SELECT seq + 1, at, actor, action, subject, detail, hash, hash FROM audit_log"
        session.execute(text(f"{slipped} WHERE seq = {ROWS}"))

    assert fault_after(log, tamper) == f"row {ROWS + 1} was changed"


def test_rows_are_found_by_how_their_action_begins(store: Store) -> None:
    with store.writing() as session:
        for action in ("login", "case.view", "login.refuse", "logout", "Login"):
            audit_log.append(session, SYSTEM, action)
    found = {
        beginning: [entry.action for entry in auditing.page(store, SYSTEM, Sought(action=beginning)).entries]
        for beginning in ("login", "log", "log%n")
    }
    assert found == {"login": ["login.refuse", "login"], "log": ["logout", "login.refuse", "login"], "log%n": []}


def test_writers_at_once_do_not_fork_the_chain(store: Store) -> None:
    threads = [threading.Thread(target=fill, args=(store, 10)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert audit_log.verify(session).entries == 40
        assert not audit_log.verify(session).fault


def test_a_row_is_kept_only_with_what_it_tells_of(tmp_path: Path) -> None:
    opened = Store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with pytest.raises(ZeroDivisionError), opened.writing() as session:
        audit_log.append(session, SYSTEM, "case.view")
        raise ZeroDivisionError
    with opened.reading() as session:
        assert audit_log.verify(session).entries == 0
