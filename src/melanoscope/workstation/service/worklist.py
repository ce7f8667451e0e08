"""The worklist: cases in the order of their urgency, a page at a time."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service.blinding import reads_blind, veiled
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.words import CaseStatus

LIMIT = 50
_ORDER = (Case.urgency, Case.precedence, Case.received_at, Case.id)
"""The most urgent outcome, the likeliest melanoma, the longest wait; one index serves it."""

_BLIND_ORDER = (Case.received_at, Case.id)
"""For who reads blind: any other place would be a hint."""


@dataclass(frozen=True)
class Filter:
    """Which cases; what is None does not matter."""

    is_open: bool | None = True
    outcome: Outcome | None = None


@dataclass(frozen=True)
class CaseRow:
    """A case in the list: no name and no number of the patient. `photograph` is the id of the one that speaks.

    Of a `veiled` one the reader must not know yet what the bundle said: `outcome` and `melanoma` are None.
    """

    id: str
    status: CaseStatus
    outcome: Outcome | None
    melanoma: float | None
    received_at: datetime
    acknowledged_at: datetime | None
    site: str
    label: str
    photograph: str | None
    veiled: bool


@dataclass(frozen=True)
class Page:
    """`next` is where the list goes on, None at its end."""

    cases: list[CaseRow]
    next: str | None


def page(session: Session, actor: Actor, wanted: Filter, after: str | None = None, limit: int = LIMIT) -> Page:
    """Up to `limit` cases that follow `after`, which a former page gave.

    Invalid where it did not, or where who reads blind asks for an outcome.
    """
    blind = reads_blind(session, actor)
    if blind and wanted.outcome is not None:
        raise Invalid("You read blind: cases cannot be chosen by their outcome.")
    order = _BLIND_ORDER if blind else _ORDER
    asked = _listed(wanted).order_by(*order).limit(limit + 1)
    if after is not None:
        place = _place(after)[-len(order) :]
        asked = asked.where(tuple_(*order) > tuple_(*place, types=[column.type for column in order]))
    found = list(session.execute(asked))
    hidden = veiled(session, actor, [row[0] for row in found])
    rows = [_row(row, row[0].id in hidden) for row in found[:limit]]
    return Page(rows, _cursor(found[limit - 1][0]) if len(found) > limit else None)


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


def _row(found: Row[Case, str, str, str], hidden: bool) -> CaseRow:
    case, site, label, photograph = found
    return CaseRow(
        case.public_id,
        case.status,
        None if hidden else case.outcome,
        None if hidden else case.melanoma,
        case.received_at,
        None if hidden else case.acknowledged_at,
        site,
        label,
        photograph,
        hidden,
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
