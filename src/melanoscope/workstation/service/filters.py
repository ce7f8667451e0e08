"""Which cases somebody wants to see."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
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


UNDECIDED = frozenset(CaseStatus) - {CaseStatus.DECIDED}


@dataclass(frozen=True)
class Filter:
    """Which cases; what is None, False or empty does not matter, but for `statuses`, one of which a case must have.

    They were received on the days (UTC) from `since` to `until`, both included. `reader` is the name of an account that
    has acknowledged or decided the case, or whom it was escalated to. Every word of `text` must begin a word of the
    case, every word of `site` one of its body site. An alert that nobody has decided has that outcome whatever was
    said since. Only with `names` are patients' names looked at, and shown.
    """

    statuses: Collection[CaseStatus] = UNDECIDED
    outcome: Outcome | None = None
    unacknowledged: bool = False
    since: date | None = None
    until: date | None = None
    site: str = ""
    reader: str = ""
    text: str = ""
    names: bool = False


def conditions(wanted: Filter, *, blind: bool) -> Iterator[ColumnElement[bool]]:
    """Invalid where who reads `blind` chooses by what they must not know yet."""
    if blind and (wanted.outcome is not None or wanted.unacknowledged):
        raise Invalid("You read blind: cases cannot be chosen by their outcome.")
    yield from _so_far(frozenset(wanted.statuses))
    if wanted.outcome is not None:
        yield Case.urgency == wanted.outcome.urgency
    if wanted.unacknowledged:
        yield and_(UNACKNOWLEDGED, Case.blinded.is_(False))
    if wanted.reader:
        yield _read_by(wanted.reader, blind)
    yield from _received(wanted)
    yield from _found(wanted, blind)


def _so_far(statuses: frozenset[CaseStatus]) -> Iterator[ColumnElement[bool]]:
    """In the words that begin an index, so that nothing is sorted."""
    if len(statuses) == 1:
        (only,) = statuses
        yield Case.status == only
        return
    if statuses <= UNDECIDED:
        yield Case.is_open.is_(True)
    if statuses not in (UNDECIDED, frozenset(CaseStatus)):
        yield Case.status.in_(statuses)


def _received(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield Case.received_at >= _midnight(wanted.since)
    if wanted.until is not None and wanted.until < date.max:
        yield Case.received_at < _midnight(wanted.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _read_by(name: str, blind: bool) -> ColumnElement[bool]:
    """Who reads blind finds cases by who signed alone: only alerts are acknowledged, and escalated to somebody."""
    account = select(Account.id).where(Account.name == normalised(name.replace("\0", ""))).scalar_subquery()
    signed = select(SignedDecision.case_id).where(SignedDecision.signed_by_id == account)
    if blind:
        return Case.id.in_(signed)
    is_shown = Case.blinded.is_(False)
    acknowledged = select(Case.id).where(Case.acknowledged_by_id == account, is_shown)
    return Case.id.in_(union(signed, acknowledged, select(Case.id).where(Case.escalated_to_id == account, is_shown)))


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
