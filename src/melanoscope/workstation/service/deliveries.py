"""What is to be told to others: events for webhooks and by e-mail, kept until they are delivered.

An event has no patient's name, number or photograph. Its case's address is added when it is sent: whoever may see the
case follows that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from melanoscope.workstation import queue
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.service import alert_settings
from melanoscope.workstation.service.blinding import unseen
from melanoscope.workstation.service.cursors import number
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.operations import Delivery, Webhook
from melanoscope.workstation.store.words import DeliveryState, JobKind

LIMIT = 50


class EventType(StrEnum):
    RAISED = "alert.raised"
    ESCALATED = "alert.escalated"
    TEST = "test"


@dataclass(frozen=True)
class DeliveryView:
    """`webhook` is its id, None for e-mail; `last_error` is empty where nothing went wrong yet."""

    id: str
    webhook: str | None
    event: EventType
    state: DeliveryState
    attempts: int
    created_at: datetime
    delivered_at: datetime | None
    last_error: str


@dataclass(frozen=True)
class DeliveryList:
    """The newest first. `next` is where the list goes on, None at its end."""

    deliveries: list[DeliveryView]
    next: str | None


def announce(session: Session, event: EventType, case: Case) -> None:
    """Tell every webhook; and, of what escalates, those who get e-mail."""
    settings = alert_settings.read(session)
    webhooks = session.scalars(select(Webhook.id).where(Webhook.disabled_at.is_(None))).all()
    by_mail = [None] if event is EventType.ESCALATED and settings.mails else []
    keep(session, [*webhooks, *by_mail], event, _about(case))


def keep(session: Session, webhook_ids: list[int | None], event: EventType, about: dict[str, Any]) -> None:
    """Put one event into the queue for each of them; None is e-mail."""
    event_id = public_id()
    payload = {"type": event.value, "timestamp": now().isoformat(), "data": about}
    made = [Delivery(webhook_id=each, event_id=event_id, payload=payload, created_at=now()) for each in webhook_ids]
    session.add_all(made)
    session.flush()
    queue.add(session, JobKind.DELIVER, (delivery.id for delivery in made))


def recent(session: Session, actor: Actor, after: str | None = None, limit: int = LIMIT) -> DeliveryList:
    """Up to `limit` that follow `after`, which a former page gave; Invalid where it did not.

    Those that tell of cases which the actor reads blind are left out.
    """
    asked = select(Delivery, Webhook.public_id).outerjoin(Webhook, Delivery.webhook_id == Webhook.id)
    is_about = Case.public_id == Delivery.payload["data"]["case"].as_string()
    asked = asked.where(~exists().where(is_about, unseen(session, actor)))
    if after is not None:
        asked = asked.where(Delivery.id < number(after))
    found = session.execute(asked.order_by(Delivery.id.desc()).limit(limit + 1)).all()
    next_ = str(found[limit - 1][0].id) if len(found) > limit else None
    return DeliveryList([_view(delivery, webhook) for delivery, webhook in found[:limit]], next_)


def _about(case: Case) -> dict[str, Any]:
    return {
        "case": case.public_id,
        "outcome": case.outcome.value if case.outcome else None,
        "melanoma": case.melanoma,
        "alerted_at": case.alerted_at.isoformat() if case.alerted_at else None,
    }


def _view(delivery: Delivery, webhook: str | None) -> DeliveryView:
    return DeliveryView(
        id=delivery.event_id,
        webhook=webhook,
        event=EventType(delivery.payload["type"]),
        state=delivery.state,
        attempts=delivery.attempts,
        created_at=delivery.created_at,
        delivered_at=delivery.delivered_at,
        last_error=delivery.last_error,
    )
