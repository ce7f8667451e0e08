"""Which cases somebody wants to see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select, union

from melanoscope.prediction import Outcome
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.search import SearchWord, folded
from melanoscope.workstation.store.words import CaseStatus, SearchField

MOST_WORDS = 8
"""Of a search; more make none more exact."""

_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Filter:
    """Which cases; what is None, False or empty does not matter.

    `received_from` and `received_to` are days (UTC), both included. `reader` is the name of an account that has
    acknowledged or decided the case, or whom it was escalated to. Every word of `text` must begin a word of the case,
    every word of `site` one of its body site. Only with `names` are patients' names looked at, and shown.
    """

    is_open: bool | None = True
    outcome: Outcome | None = None
    status: CaseStatus | None = None
    unacknowledged: bool = False
    received_from: date | None = None
    received_to: date | None = None
    site: str = ""
    reader: str = ""
    text: str = ""
    names: bool = False


def conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.status is not None:
        yield Case.status == wanted.status
    if wanted.is_open is not None:
        yield Case.is_open.is_(wanted.is_open)
    if wanted.outcome is not None:
        yield Case.urgency == wanted.outcome.urgency
    if wanted.unacknowledged:
        yield Case.alerted_at.is_not(None)
        yield Case.acknowledged_at.is_(None)
    yield from _received(wanted)
    if wanted.reader:
        yield _read_by(wanted.reader)
    for word in folded(wanted.text)[:MOST_WORDS]:
        yield _found(word, SearchWord.field != SearchField.NAME if not wanted.names else None)
    for word in folded(wanted.site)[:MOST_WORDS]:
        yield _found(word, SearchWord.field == SearchField.SITE)


def _received(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.received_from is not None:
        yield Case.received_at >= _midnight(wanted.received_from)
    if wanted.received_to is not None and wanted.received_to < date.max:
        yield Case.received_at < _midnight(wanted.received_to + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _read_by(name: str) -> ColumnElement[bool]:
    account = select(Account.id).where(Account.name == name.strip().lower()).scalar_subquery()
    return Case.id.in_(
        union(
            select(SignedDecision.case_id).where(SignedDecision.signed_by_id == account),
            select(Case.id).where(Case.acknowledged_by_id == account),
            select(Case.id).where(Case.escalated_to_id == account),
        )
    )


def _found(beginning: str, where: ColumnElement[bool] | None) -> ColumnElement[bool]:
    found = select(SearchWord.case_id).where(SearchWord.word >= beginning, SearchWord.word < beginning + _LAST)
    return Case.id.in_(found if where is None else found.where(where))
