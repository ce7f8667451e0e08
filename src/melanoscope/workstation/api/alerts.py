"""Alerts over the API: how they escalate, who is told, and what was delivered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from melanoscope.workstation.api.about import Key
from melanoscope.workstation.api.conditions import IfMatch, as_read, require
from melanoscope.workstation.api.lists import LINK, After, link_next
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, FreshAdministrator
from melanoscope.workstation.service import alert_settings, deliveries, webhooks
from melanoscope.workstation.service.alert_settings import AlertSettings
from melanoscope.workstation.service.deliveries import DeliveryList
from melanoscope.workstation.service.idempotency import told_once
from melanoscope.workstation.service.webhooks import NewWebhook, WebhookView

router = APIRouter(tags=["alerts"], route_class=Route)


@dataclass(frozen=True)
class SmtpPassword:
    """What the mail server asks for; nobody is told it again."""

    password: Annotated[str, Field(min_length=1, max_length=1000)]


@dataclass(frozen=True)
class WebhookRequest:
    """The address that is to be told."""

    url: Annotated[str, Field(max_length=2000)]


@router.get("/alert-settings")
def get_alert_settings(here: Here, actor: Administrator) -> AlertSettings:
    """When an alert escalates, and whom that tells."""
    with here.store.reading() as session:
        return alert_settings.read(session)


@router.put("/alert-settings")
def change_alert_settings(
    here: Here, actor: FreshAdministrator, response: Response, settings: AlertSettings, if_match: IfMatch = None
) -> AlertSettings:
    """All of them at once; what is left out gets its default. `If-Match` is the ETag with which they were read."""
    with here.store.writing() as session:
        require(if_match, alert_settings.read(session))
        alert_settings.write(session, actor, settings)
        return as_read(response, "/api/v1/alert-settings", alert_settings.read(session))


@router.put("/alert-settings/smtp-password", status_code=204)
def change_smtp_password(here: Here, actor: FreshAdministrator, sent: SmtpPassword) -> None:
    """The mail server's password, from now on. It is sent to the mail server, and never shown."""
    with here.store.writing() as session:
        alert_settings.write(session, actor, alert_settings.read(session), sent.password)


@router.get("/webhooks")
def list_webhooks(here: Here, actor: Administrator) -> list[WebhookView]:
    """The addresses that are told of every alert."""
    with here.store.reading() as session:
        return webhooks.listed(session)


@router.post("/webhooks", status_code=201)
def add_webhook(here: Here, actor: FreshAdministrator, wanted: WebhookRequest, key: Key = None) -> NewWebhook:
    """An address that is told of every alert; its secret, which signs events, is answered this once."""
    sent = ("webhook", wanted.url)
    with here.store.writing() as session:
        return told_once(session, actor, key, sent, lambda: webhooks.add(session, actor, wanted.url))


@router.delete("/webhooks/{webhook_id}", status_code=204)
def remove_webhook(here: Here, actor: FreshAdministrator, webhook_id: str) -> None:
    """It is told nothing more, what waits for it included."""
    with here.store.writing() as session:
        webhooks.remove(session, actor, webhook_id)


@router.post("/webhooks/{webhook_id}/test", status_code=202)
def test_webhook(here: Here, actor: Administrator, webhook_id: str) -> None:
    """Send it an event of the type `test`."""
    with here.store.writing() as session:
        webhooks.test(session, actor, webhook_id)


@router.get("/deliveries", responses=LINK)
def list_deliveries(
    request: Request,
    response: Response,
    here: Here,
    actor: Administrator,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=200)] = deliveries.LIMIT,
) -> DeliveryList:
    """What was told or waits to be, the newest first, with what went wrong."""
    with here.store.reading() as session:
        found = deliveries.recent(session, actor, after, limit)
    link_next(request, response, found.next)
    return found
