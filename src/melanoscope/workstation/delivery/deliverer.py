"""Delivering what the queue holds, until each event has been taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from melanoscope.workstation import queue
from melanoscope.workstation.clock import now
from melanoscope.workstation.delivery import mail, webhook
from melanoscope.workstation.queue import Lease
from melanoscope.workstation.service import alert_settings
from melanoscope.workstation.service.alert_settings import AlertSettings
from melanoscope.workstation.service.alerts import any_overdue, escalate_overdue
from melanoscope.workstation.store.operations import Delivery, Webhook
from melanoscope.workstation.store.sealing import unseal
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import DeliveryState, JobKind

FIRST, LONGEST = timedelta(seconds=10), timedelta(hours=1)
"""The pause after a first try; each later one is twice as long, up to `LONGEST`. Nothing is given up."""


@dataclass(frozen=True)
class _Parcel:
    """`secret` is what the webhook's signature is made with, or the mail server's password."""

    delivery: Delivery
    payload: Mapping[str, Any]
    webhook: Webhook | None
    settings: AlertSettings
    secret: str
    recipients: list[str]

    @property
    def unwanted(self) -> bool:
        """Whether the webhook has been removed, or nobody gets e-mail any more."""
        if self.webhook:
            return self.webhook.disabled_at is not None
        return not self.recipients


@dataclass(frozen=True)
class _Said:
    """What came of a try; `error` is empty where nothing went wrong."""

    state: DeliveryState
    error: str = ""


class Deliverer:
    """Delivers what waits. A process that is killed between the receiver's answer and its own note sends again, with
    the same id: whoever receives can tell.
    """

    def __init__(self, store: Store, origin: str) -> None:
        """`origin` is how addresses of this workstation begin."""
        self._store = store
        self._origin = origin

    def work(self) -> bool:
        """Deliver what has waited longest; whether there was anything."""
        with self._store.leasing() as session:
            mine = queue.lease(session, JobKind.DELIVER)
        if mine is None:
            return False
        with self._store.reading() as session:
            parcel = _parcel(session, mine, self._origin)
        said = _Said(DeliveryState.CANCELLED) if parcel.unwanted else _send(parcel)
        with self._store.writing() as session:
            _note(session, mine, said)
        return True

    def escalate(self) -> bool:
        """Escalate alerts that have waited too long; whether there were any."""
        with self._store.reading() as session:
            if not any_overdue(session):
                return False
        with self._store.writing() as session:
            return escalate_overdue(session) > 0


def pause(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return min(LONGEST, FIRST * float(2 ** min(attempts - 1, 20)))


def _parcel(session: Session, mine: Lease, origin: str) -> _Parcel:
    delivery = session.get_one(Delivery, mine.subject_id)
    receiver = session.get(Webhook, delivery.webhook_id) if delivery.webhook_id else None
    settings = alert_settings.read(session)
    secret = unseal(session, receiver.secret) if receiver else alert_settings.smtp_password(session)
    payload, recipients = _addressed(delivery.payload, origin), alert_settings.mailed(session, settings)
    return _Parcel(delivery, payload, receiver, settings, secret, recipients)


def _addressed(payload: Mapping[str, Any], origin: str) -> Mapping[str, Any]:
    """The event with where its case is to be seen, if it is about one."""
    data = payload["data"]
    return {**payload, "data": {**data, "url": f"{origin}/cases/{data['case']}"}} if data else payload


def _send(parcel: _Parcel) -> _Said:
    event_id, payload = parcel.delivery.event_id, parcel.payload
    try:
        if parcel.webhook:
            private = parcel.settings.private_addresses
            webhook.send(parcel.webhook.url, parcel.secret, event_id, payload, private=private)
            return _Said(DeliveryState.DELIVERED)
        remark = mail.send(parcel.settings, parcel.secret, parcel.recipients, event_id, payload)
        return _Said(DeliveryState.DELIVERED, remark)
    except (webhook.NotTaken, mail.NotSent) as error:
        return _Said(DeliveryState.WAITING, str(error))


def _note(session: Session, mine: Lease, said: _Said) -> None:
    """Keep what came of it, unless the lease has gone to another meanwhile."""
    delivery = session.get_one(Delivery, mine.subject_id)
    again = said.state is DeliveryState.WAITING
    until = now() + pause(delivery.attempts + 1)
    if not (queue.put_off(session, mine, until) if again else queue.finish(session, mine)):
        return
    delivery.state, delivery.last_error = said.state, said.error
    delivery.attempts += 1
    delivery.delivered_at = now() if said.state is DeliveryState.DELIVERED else None
