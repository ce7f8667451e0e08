"""Which cases somebody wants to see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, select, union

from melanoscope.prediction import Outcome
from melanoscope.workstation.service.accounts import normalised
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.search import SearchWord, folded
from melanoscope.workstation.store.words import CaseStatus, SearchField

MOST_WORDS = 8
"""Of a search; more make none more exact."""

_LAST = "\U0010ffff"
_TELLING = (SearchField.DIAGNOSIS, SearchField.NOTE)
"""What others have said of a case, which who reads blind must not find it by."""


UNACKNOWLEDGED = and_(Case.alerted_at.is_not(None), Case.acknowledged_at.is_(None))
"""An alert that no named person has seen yet; an index of its own serves it."""


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


def conditions(wanted: Filter, *, blind: bool) -> Iterator[ColumnElement[bool]]:
    """Invalid where who reads `blind` chooses by what they must not know yet."""
    if blind and (wanted.outcome is not None or wanted.unacknowledged):
        raise Invalid("You read blind: cases cannot be chosen by their outcome.")
    if wanted.status is not None:
        yield Case.status == wanted.status
    if wanted.is_open is not None:
        yield Case.is_open.is_(wanted.is_open)
    if wanted.outcome is not None:
        yield Case.urgency == wanted.outcome.urgency
    if wanted.unacknowledged:
        yield UNACKNOWLEDGED
    if wanted.reader:
        yield _read_by(wanted.reader)
    yield from _received(wanted)
    yield from _found(wanted, blind)


def _received(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.received_from is not None:
        yield Case.received_at >= _midnight(wanted.received_from)
    if wanted.received_to is not None and wanted.received_to < date.max:
        yield Case.received_at < _midnight(wanted.received_to + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _read_by(name: str) -> ColumnElement[bool]:
    account = select(Account.id).where(Account.name == normalised(name.replace("\0", ""))).scalar_subquery()
    return Case.id.in_(
        union(
            select(SignedDecision.case_id).where(SignedDecision.signed_by_id == account),
            select(Case.id).where(Case.acknowledged_by_id == account),
            select(Case.id).where(Case.escalated_to_id == account),
        )
    )


def _found(wanted: Filter, blind: bool) -> Iterator[ColumnElement[bool]]:
    hidden = {*(() if wanted.names else (SearchField.NAME,)), *(_TELLING if blind else ())}
    shown = [field for field in SearchField if field not in hidden]
    for word in folded(wanted.text)[:MOST_WORDS]:
        yield _begins(word, shown)
    for word in folded(wanted.site)[:MOST_WORDS]:
        yield _begins(word, [SearchField.SITE])


def _begins(word: str, fields: Sequence[SearchField]) -> ColumnElement[bool]:
    """Whether some word of the case in one of `fields` begins so."""
    begins = and_(SearchWord.word >= word, SearchWord.word < word + _LAST, SearchWord.field.in_(fields))
    return Case.id.in_(select(SearchWord.case_id).where(begins))
