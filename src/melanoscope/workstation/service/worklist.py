"""The worklist: cases in the order of their urgency, a page at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from melanoscope.prediction import Outcome
from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service import alerts
from melanoscope.workstation.service.alerts import AlertCounts
from melanoscope.workstation.service.blinding import reads_blind, veiled
from melanoscope.workstation.service.cursors import nowhere
from melanoscope.workstation.service.filters import Filter, conditions
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.predictions import InstalledBundle, StoredPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, JobKind, Role

LIMIT = 50

Order = Mapping[InstrumentedAttribute[Any], Callable[[Any], object]]
"""The columns that order a list, and how their values are read out of a cursor."""


def _integer(value: Any) -> int:
    if abs(int(value)) >= 2**31:
        raise ValueError("no database has such a number in these columns")
    return int(value)


def _time(value: Any) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


_Found = Row[Case, Lesion, str, Patient | None, str]

_BLIND_ORDER: Order = {Case.received_at: _time, Case.id: _integer}
"""For who reads blind: any other place would be a hint."""

_ORDER: Order = {Case.urgency: _integer, Case.precedence: float, **_BLIND_ORDER}
"""The most urgent outcome, the likeliest melanoma, the longest wait; one index serves it."""


@dataclass(frozen=True)
class CaseSummary:
    """A case in the list. `photograph` is the id of the one that speaks, of a `veiled` case that of the first; None
    where it is not stored.

    The patient's `reference` and `name` are None unless they were asked for. Of a `veiled` one the reader must not know
    yet what the bundle said: `outcome`, `melanoma` and what became of an alert are None. `alerted_by` names the bundle
    that raised an alert which nobody has decided, where another one, whose `outcome` it is, says otherwise by now.
    """

    id: str
    status: CaseStatus
    outcome: Outcome | None
    melanoma: float | None
    received_at: datetime
    alerted_at: datetime | None
    alerted_by: str | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    escalated_at: datetime | None
    site: str
    label: str
    photograph: str | None
    veiled: bool
    reference: str | None = None
    name: str | None = None

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether it is an alert that no named person has seen yet."""
        return self.alerted_at is not None and self.acknowledged_at is None

    @property
    def can_be_discharged(self) -> bool:
        """Whether it may be discharged together with others."""
        return self.outcome is Outcome.ROUTINE and self.status is CaseStatus.OPEN and self.alerted_at is None


@dataclass(frozen=True)
class CaseList:
    """`next` is where the list goes on, None at its end."""

    cases: list[CaseSummary]
    next: str | None


@dataclass(frozen=True)
class WorklistSummary:
    """`open_cases` by outcome, and `alerts` that nobody has acknowledged: None for who reads blind. An open alert
    counts as one whatever was said of it since. `scoring` is how many photographs wait for the bundle, `readers` are
    the names of those who read cases.
    """

    open_cases: dict[Outcome, int] | None
    alerts: AlertCounts | None
    scoring: int
    readers: list[str]


def looking(store: Store, wanted: Filter) -> AbstractContextManager[Session]:
    """The transaction that `page` needs: one that is kept where patients are named, for the audit log notes that."""
    return store.writing() if wanted.names else store.reading()


def page(session: Session, actor: Actor, wanted: Filter, after: str | None = None, limit: int = LIMIT) -> CaseList:
    """Up to `limit` cases that follow `after`, which a former page gave.

    Invalid where it did not, or where who reads blind asks for an outcome.
    """
    blind = reads_blind(session, actor)
    order = _BLIND_ORDER if blind else _ORDER
    asked = _listed().where(*conditions(wanted, blind=blind)).order_by(*order).limit(limit + 1)
    if after is not None:
        asked = asked.where(_follows(order, after))
    found = list(session.execute(asked))
    rows = _rows(session, actor, found[:limit], wanted.names)
    if wanted.names:
        audit_log.append(session, actor, "worklist.name", detail={"cases": [row.id for row in rows if row.reference]})
    return CaseList(rows, _cursor(order, found[limit - 1][0]) if len(found) > limit else None)


def chosen(session: Session, actor: Actor, case_ids: Collection[str]) -> list[CaseSummary]:
    """These cases, in the list's order; ids of none are passed over."""
    found = list(session.execute(_listed().where(Case.public_id.in_(case_ids)).order_by(*_ORDER)))
    return _rows(session, actor, found, names=False)


def summary(session: Session, actor: Actor) -> WorklistSummary:
    """What stands above the list."""
    blind = reads_blind(session, actor)
    return WorklistSummary(
        open_cases=None if blind else counts(session),
        alerts=None if blind else alerts.standing(session),
        scoring=queue.waiting(session, JobKind.SCORE),
        readers=readers(session),
    )


def is_empty(session: Session) -> bool:
    """Whether no case was ever added."""
    return session.scalar(select(Case.id).limit(1)) is None


def readers(session: Session) -> list[str]:
    """The names of those who read cases."""
    reading = [role for role in Role if role.may(Role.READER)]
    return list(session.scalars(select(Account.name).where(Account.role.in_(reading)).order_by(Account.name)))


def counts(session: Session) -> dict[Outcome, int]:
    """How many open cases there are of each outcome, counted in the index that serves the order."""
    asked = select(Case.urgency, func.count()).where(Case.is_open.is_(True)).group_by(Case.urgency)
    found = {urgency: count for urgency, count in session.execute(asked)}
    return {outcome: found.get(outcome.urgency, 0) for outcome in Outcome}


def _listed() -> Select[Case, Lesion, str, Patient, str]:
    return (
        select(Case, Lesion, Photograph.public_id, Patient, Account.name)
        .join(Lesion, Case.lesion_id == Lesion.id)
        .outerjoin(Photograph, (Case.speaking_id == Photograph.id) & Photograph.sha256.is_not(None))
        .outerjoin(Patient, Lesion.patient_id == Patient.id)
        .outerjoin(Account, Case.acknowledged_by_id == Account.id)
    )


def _rows(session: Session, actor: Actor, found: Sequence[_Found], names: bool) -> list[CaseSummary]:
    hidden = veiled(session, actor, [row[0] for row in found])
    first = _first(session, hidden)
    alerted_by = _alerted_by(session, [case.id for case, *_ in found if case.is_called_back])
    rows = [_row(row, alerted_by.get(row[0].id), names) for row in found]
    return [
        _veiled(row, first.get(case.id)) if case.id in hidden else row
        for row, (case, *_) in zip(rows, found, strict=True)
    ]


def _first(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """By case the photograph that came first: which one speaks is a hint."""
    stored = select(Photograph.case_id, Photograph.public_id).where(Photograph.sha256.is_not(None))
    asked = stored.where(Photograph.case_id.in_(case_ids)).order_by(Photograph.id.desc())
    return {case_id: photograph for case_id, photograph in session.execute(asked)}


def _alerted_by(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """By case the name of the bundle that last called it an alert."""
    if not case_ids:
        return {}
    joined = select(Photograph.case_id, InstalledBundle.name).select_from(StoredPrediction).join(Photograph)
    alerts = joined.join(InstalledBundle).where(StoredPrediction.outcome == Outcome.ALERT)
    found = session.execute(alerts.where(Photograph.case_id.in_(case_ids)).order_by(StoredPrediction.id))
    return {case_id: name for case_id, name in found}


def _veiled(row: CaseSummary, photograph: str | None) -> CaseSummary:
    return replace(
        row,
        outcome=None,
        melanoma=None,
        alerted_at=None,
        alerted_by=None,
        acknowledged_at=None,
        acknowledged_by=None,
        escalated_at=None,
        photograph=photograph,
        veiled=True,
    )


def _row(found: _Found, alerted_by: str | None, names: bool) -> CaseSummary:
    case, lesion, photograph, patient, acknowledged_by = found
    return CaseSummary(
        id=case.public_id,
        status=case.status,
        outcome=case.outcome,
        melanoma=case.melanoma,
        received_at=case.received_at,
        alerted_at=case.alerted_at,
        alerted_by=alerted_by,
        acknowledged_at=case.acknowledged_at,
        acknowledged_by=acknowledged_by,
        escalated_at=case.escalated_at,
        site=lesion.site,
        label=lesion.label,
        photograph=photograph,
        veiled=False,
        reference=patient.reference if names and patient else None,
        name=patient.name if names and patient else None,
    )


def _follows(order: Order, cursor: str) -> ColumnElement[bool]:
    types = [column.type for column in order]
    return tuple_(*order) > tuple_(*_place(order, cursor), types=types)


def _cursor(order: Order, last: Case) -> str:
    """The place of a case in the list; of no more than what orders it."""
    place = [getattr(last, column.key) for column in order]
    text = json.dumps([each.isoformat() if isinstance(each, datetime) else each for each in place])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _place(order: Order, cursor: str) -> list[object]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor))
        return [read(value) for read, value in zip(order.values(), values, strict=True)]
    except (ValueError, TypeError, OverflowError) as error:
        raise nowhere() from error
