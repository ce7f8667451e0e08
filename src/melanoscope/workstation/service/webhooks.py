"""Webhooks: addresses that are told of alerts."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.service import alert_settings, deliveries
from melanoscope.workstation.service.deliveries import EventType
from melanoscope.workstation.service.errors import Invalid, NotFound
from melanoscope.workstation.service.urls import web_address
from melanoscope.workstation.store.operations import Webhook
from melanoscope.workstation.store.sealing import seal

_MOST = 20


@dataclass(frozen=True)
class WebhookView:
    id: str
    url: str
    created_at: datetime


@dataclass(frozen=True)
class NewWebhook:
    """`secret` is told this once, to whoever makes the webhook: they check signatures with it."""

    webhook: WebhookView
    secret: str


def listed(session: Session) -> list[WebhookView]:
    found = session.scalars(select(Webhook).where(Webhook.disabled_at.is_(None)).order_by(Webhook.id))
    return [_view(webhook) for webhook in found]


def add(session: Session, actor: Actor, url: str) -> NewWebhook:
    """Invalid where `url` cannot be one."""
    if len(listed(session)) >= _MOST:
        raise Invalid(f"There are {_MOST} webhooks already. Remove one first.")
    schemes = ("https", "http") if alert_settings.read(session).private_addresses else ("https",)
    host = web_address(url, schemes).hostname
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    kept = seal(session, secret)
    made = Webhook(public_id=public_id(), url=url, secret=kept, created_at=now(), created_by_id=actor.account_id)
    session.add(made)
    audit_log.append(session, actor, "webhook.add", f"webhook:{made.public_id}", {"host": host})
    return NewWebhook(_view(made), secret)


def remove(session: Session, actor: Actor, webhook_id: str) -> None:
    """It is told nothing more, what waits for it included; NotFound where there is none."""
    webhook = _find(session, webhook_id)
    webhook.disabled_at = now()
    audit_log.append(session, actor, "webhook.remove", f"webhook:{webhook_id}")


def test(session: Session, actor: Actor, webhook_id: str) -> None:
    """Send it an event that means nothing; NotFound where there is none."""
    webhook = _find(session, webhook_id)
    deliveries.keep(session, [webhook.id], EventType.TEST, {})
    audit_log.append(session, actor, "webhook.test", f"webhook:{webhook_id}")


def _find(session: Session, webhook_id: str) -> Webhook:
    asked = select(Webhook).where(Webhook.public_id == webhook_id, Webhook.disabled_at.is_(None))
    webhook = session.scalar(asked)
    if webhook is None:
        raise NotFound
    return webhook


def _view(webhook: Webhook) -> WebhookView:
    return WebhookView(webhook.public_id, webhook.url, webhook.created_at)
