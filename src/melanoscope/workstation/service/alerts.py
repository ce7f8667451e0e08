"""Alerts: raised once, open until a named person acknowledges them, escalated once where nobody does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.service import accounts, alert_settings, deliveries
from melanoscope.workstation.service.alert_settings import AlertSettings
from melanoscope.workstation.service.deliveries import EventType
from melanoscope.workstation.service.filters import UNACKNOWLEDGED
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.words import CaseStatus

_AT_ONCE = 50
"""Alerts that escalate in one transaction: others want to write too."""


@dataclass(frozen=True)
class AlertCounts:
    """How many alerts nobody has acknowledged, and how many of them have escalated.

    A case that is to be read blind counts nowhere: the number would tell of it, and it stands first in every list.
    """

    open: int
    escalated: int


def begin(session: Session, case: Case) -> None:
    """The case has become an alert: what was acknowledged or decided before does not count."""
    case.alerted_at = now()
    case.acknowledged_at = case.acknowledged_by_id = case.escalated_at = case.escalated_to_id = None
    audit_log.append(session, SYSTEM, "alert.raise", f"case:{case.public_id}")
    if case.status is CaseStatus.DECIDED:
        case.status = CaseStatus.OPEN
        audit_log.append(session, SYSTEM, "case.reopen", f"case:{case.public_id}")
    deliveries.announce(session, EventType.RAISED, case)


def standing(session: Session) -> AlertCounts:
    asked = select(func.count(), func.count(Case.escalated_at)).where(UNACKNOWLEDGED, Case.blinded.is_(False))
    unacknowledged, escalated = session.execute(asked).one()
    return AlertCounts(unacknowledged, escalated)


def any_overdue(session: Session, since: timedelta = timedelta()) -> bool:
    """Whether an alert has waited too long, by `since` at least, and has not escalated yet."""
    return session.scalar(_overdue(alert_settings.read(session), since).limit(1)) is not None


def escalate_overdue(session: Session) -> int:
    """Escalate alerts that have waited too long, each once, the oldest first; how many there were."""
    settings = alert_settings.read(session)
    cases = session.scalars(_overdue(settings).limit(_AT_ONCE)).all()
    reader = accounts.find(session, settings.second_reader) if settings.second_reader else None
    for case in cases:
        case.escalated_at, case.escalated_to_id = now(), reader.id if reader else None
        detail = {"after_minutes": settings.minutes, "to": reader.name if reader else None}
        audit_log.append(session, SYSTEM, "alert.escalate", f"case:{case.public_id}", detail)
        deliveries.announce(session, EventType.ESCALATED, case)
    return len(cases)


def _overdue(settings: AlertSettings, since: timedelta = timedelta()) -> Select[Case]:
    waiting = select(Case).where(UNACKNOWLEDGED, Case.escalated_at.is_(None))
    return waiting.where(Case.alerted_at <= now() - settings.patience - since).order_by(Case.alerted_at)
