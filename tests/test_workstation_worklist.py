"""The worklist's order, its pages and its filters."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.service import worklist
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.service.filters import Filter
from melanoscope.workstation.store.cases import UNSCORED, Case
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus

MORNING = datetime(2026, 1, 1, 8, tzinfo=UTC)


def fill(session: Session, cases: int) -> None:
    """Cases of every outcome, many alike in outcome, probability or time; every fifth is decided."""
    chance = random.Random(7)
    for number in range(cases):
        outcome = chance.choice([None, *Outcome])
        melanoma = None if outcome in (None, Outcome.UNREADABLE) else chance.choice([0.1, 0.5, 0.9])
        session.add(
            Case(
                public_id=public_id(),
                lesion=Lesion(public_id=public_id(), created_at=MORNING, site="back"),
                status=CaseStatus.DECIDED if number % 5 == 0 else CaseStatus.OPEN,
                outcome=outcome,
                melanoma=melanoma,
                urgency=outcome.urgency if outcome else UNSCORED,
                precedence=1 - (melanoma or 0.0),
                received_at=MORNING + timedelta(minutes=chance.randrange(20)),
            )
        )


@pytest.fixture
def session(store: Store) -> Session:
    with store.writing() as filling:
        fill(filling, 100)
    return Session(store.engine)


def everything(session: Session, wanted: Filter, limit: int) -> list[worklist.CaseSummary]:
    rows: list[worklist.CaseSummary] = []
    after = None
    while True:
        page = worklist.page(session, SYSTEM, wanted, after, limit)
        assert len(page.cases) <= limit
        rows += page.cases
        if page.next is None:
            return rows
        after = page.next


@pytest.mark.parametrize("limit", [1, 7, 80, 200])
def test_pages_together_have_every_case_once_in_order(session: Session, limit: int) -> None:
    rows = everything(session, Filter(), limit)
    order = [(r.outcome.urgency if r.outcome else UNSCORED, -(r.melanoma or 0), r.received_at) for r in rows]
    assert len({row.id for row in rows}) == len(rows) == 80
    assert order == sorted(order)
    session.close()


def test_filters(session: Session) -> None:
    assert len(everything(session, Filter(statuses=frozenset(CaseStatus)), 30)) == 100
    decided = everything(session, Filter(statuses=[CaseStatus.DECIDED]), 30)
    assert {row.status for row in decided} == {CaseStatus.DECIDED}
    alerts = everything(session, Filter(outcome=Outcome.ALERT), 30)
    assert {row.outcome for row in alerts} == {Outcome.ALERT}
    assert worklist.counts(session)[Outcome.ALERT] == len(alerts)
    session.close()


@given(st.text(max_size=40))
def test_a_page_that_never_was_is_one_sentence(cursor: str) -> None:
    with pytest.raises(Invalid, match="Begin at its start"):
        worklist.page(Session(), SYSTEM, Filter(), cursor)


def test_one_index_serves_the_order(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by the size of a table")
    with store.reading() as session:
        listed = "SELECT id FROM cases WHERE is_open IS 1 AND (urgency, precedence, received_at, id) > (1, 0.5, 'x', 7)"
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {listed} ORDER BY urgency, precedence, received_at, id"))
        steps = [row[-1] for row in plan]
    assert len(steps) == 1 and "ix_cases_is_open" in steps[0]
