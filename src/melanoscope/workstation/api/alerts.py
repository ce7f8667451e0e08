"""Alerts over the API: what stands, how it escalates, who is told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import StringConstraints

from melanoscope.workstation.api.about import Key
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, FreshAdministrator
from melanoscope.workstation.service import alert_settings, deliveries, webhooks
from melanoscope.workstation.service.alert_settings import AlertSettings
from melanoscope.workstation.service.deliveries import DeliveryView
from melanoscope.workstation.service.idempotency import told_once
from melanoscope.workstation.service.webhooks import NewWebhook, WebhookView

router = APIRouter(tags=["alerts"], route_class=Route)

Address = Annotated[str, StringConstraints(max_length=2000), Body(embed=True)]


@router.get("/alert-settings")
def get_settings(here: Here, actor: Administrator) -> AlertSettings:
    """When an alert escalates, and whom that tells."""
    with here.store.reading() as session:
        return alert_settings.read(session)


@router.put("/alert-settings")
def put_settings(here: Here, actor: FreshAdministrator, settings: AlertSettings) -> AlertSettings:
    """All of them at once. The mail server's password is given on the page alone."""
    with here.store.writing() as session:
        alert_settings.write(session, actor, settings)
        return alert_settings.read(session)


@router.get("/webhooks")
def list_webhooks(here: Here, actor: Administrator) -> list[WebhookView]:
    with here.store.reading() as session:
        return webhooks.listed(session)


@router.post("/webhooks", status_code=201)
def add_webhook(here: Here, actor: FreshAdministrator, url: Address, key: Key = None) -> NewWebhook:
    """An address that is told of every alert; its secret, which signs events, is answered this once."""
    with here.store.writing() as session:
        return told_once(session, actor, key, ("webhook", url), lambda: webhooks.add(session, actor, url))


@router.delete("/webhooks/{webhook_id}", status_code=204)
def remove_webhook(here: Here, actor: FreshAdministrator, webhook_id: str) -> None:
    with here.store.writing() as session:
        webhooks.remove(session, actor, webhook_id)


@router.post("/webhooks/{webhook_id}/test", status_code=202)
def test_webhook(here: Here, actor: Administrator, webhook_id: str) -> None:
    """Send it an event of the type `test`."""
    with here.store.writing() as session:
        webhooks.test(session, actor, webhook_id)


@router.get("/deliveries")
def list_deliveries(here: Here, actor: Administrator) -> list[DeliveryView]:
    """The newest fifty, with what went wrong."""
    with here.store.reading() as session:
        return deliveries.recent(session)
