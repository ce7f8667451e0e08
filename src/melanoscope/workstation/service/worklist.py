"""The worklist: cases in the order of their urgency, a page at a time."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from melanoscope.prediction import Outcome
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.words import CaseStatus

LIMIT = 50
_ORDER = (Case.urgency, Case.precedence, Case.received_at, Case.id)
"""The most urgent outcome, the likeliest melanoma, the longest wait; one index serves it."""


@dataclass(frozen=True)
class Filter:
    """Which cases; what is None does not matter."""

    is_open: bool | None = True
    outcome: Outcome | None = None


@dataclass(frozen=True)
class CaseRow:
    """A case in the list: no name and no number of the patient. `photograph` is the id of the one that speaks."""

    id: str
    status: CaseStatus
    outcome: Outcome | None
    melanoma: float | None
    received_at: datetime
    acknowledged_at: datetime | None
    site: str
    label: str
    photograph: str | None


@dataclass(frozen=True)
class Page:
    """`next` is where the list goes on, None at its end."""

    cases: list[CaseRow]
    next: str | None


def page(session: Session, wanted: Filter, after: str | None = None, limit: int = LIMIT) -> Page:
    """Up to `limit` cases that follow `after`, which a former page gave; Invalid where it did not."""
    asked = _listed(wanted).order_by(*_ORDER).limit(limit + 1)
    if after is not None:
        asked = asked.where(tuple_(*_ORDER) > tuple_(*_place(after), types=[column.type for column in _ORDER]))
    found = list(session.execute(asked))
    return Page([_row(row) for row in found[:limit]], _cursor(found[limit - 1][0]) if len(found) > limit else None)


def counts(session: Session) -> dict[Outcome, int]:
    """How many open cases there are of each outcome, counted in the index that serves the order."""
    asked = select(Case.urgency, func.count()).where(Case.is_open.is_(True)).group_by(Case.urgency)
    found = {urgency: count for urgency, count in session.execute(asked)}
    return {outcome: found.get(outcome.urgency, 0) for outcome in Outcome}


def _listed(wanted: Filter) -> Select[Case, str, str, str]:
    return (
        select(Case, Lesion.site, Lesion.label, Photograph.public_id)
        .join(Lesion, Case.lesion_id == Lesion.id)
        .outerjoin(Photograph, Case.speaking_id == Photograph.id)
        .where(*_conditions(wanted))
    )


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.is_open is not None:
        conditions.append(Case.is_open.is_(wanted.is_open))
    if wanted.outcome is not None:
        conditions.append(Case.urgency == wanted.outcome.urgency)
    return conditions


def _row(found: Row[Case, str, str, str]) -> CaseRow:
    case, site, label, photograph = found
    return CaseRow(
        case.public_id,
        case.status,
        case.outcome,
        case.melanoma,
        case.received_at,
        case.acknowledged_at,
        site,
        label,
        photograph,
    )


def _cursor(last: Case) -> str:
    place = [last.urgency, last.precedence, last.received_at.isoformat(), last.id]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str) -> tuple[int, float, datetime, int]:
    try:
        urgency, precedence, received_at, id_ = json.loads(base64.urlsafe_b64decode(cursor))
        return int(urgency), float(precedence), datetime.fromisoformat(received_at), int(id_)
    except (ValueError, TypeError) as error:
        raise Invalid("This page of the list does not exist. Begin at its start.") from error
