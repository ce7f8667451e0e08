"""How alerts escalate and who is told: settings, webhooks, and what was delivered; for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security.roles import Administrator, FreshAdministrator
from melanoscope.workstation.service import alert_settings, deliveries, webhooks, worklist
from melanoscope.workstation.service.alert_settings import AlertSettings
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.service.webhooks import NewWebhook
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/alerts")

Text = Annotated[str, Form(max_length=2000)]
Number = Annotated[int, Form()]
Ticked = Annotated[bool, Form()]


@dataclass(frozen=True)
class Written:
    """The form, as it was sent; a box that is not ticked is not sent."""

    minutes: Number = AlertSettings.minutes
    second_reader: Text = AlertSettings.second_reader
    recipients: Text = ""
    smtp_host: Text = AlertSettings.smtp_host
    smtp_port: Number = AlertSettings.smtp_port
    smtp_user: Text = AlertSettings.smtp_user
    sender: Text = AlertSettings.sender
    starttls: Ticked = False
    private_addresses: Ticked = False

    @property
    def settings(self) -> AlertSettings:
        recipients = [each for each in self.recipients.replace(",", " ").split() if each]
        texts = ("second_reader", "smtp_host", "smtp_user", "sender")
        return AlertSettings(
            minutes=self.minutes,
            recipients=recipients,
            smtp_port=self.smtp_port,
            starttls=self.starttls,
            private_addresses=self.private_addresses,
            **{name: getattr(self, name).strip() for name in texts},
        )


@router.get("")
def show(request: Request, here: Here, actor: Administrator, kept: bool = False) -> Response:
    return _page(request, here, actor, kept=kept)


@router.post("")
def write(
    request: Request,
    here: Here,
    actor: FreshAdministrator,
    written: Annotated[Written, Depends()],
    password: Text = "",
) -> Response:
    try:
        with here.store.writing() as session:
            alert_settings.write(session, actor, written.settings, password)
    except Invalid as error:
        return _page(request, here, actor, written.settings, str(error))
    return RedirectResponse("/alerts?kept=true", 303)


@router.post("/webhooks")
def add(request: Request, here: Here, actor: FreshAdministrator, url: Text) -> Response:
    """The page that follows shows the secret, this once."""
    try:
        with here.store.writing() as session:
            made = webhooks.add(session, actor, url.strip())
    except Invalid as error:
        return _page(request, here, actor, wrong=str(error))
    return _page(request, here, actor, made=made)


@router.post("/webhooks/{webhook_id}/test")
def test(here: Here, actor: Administrator, webhook_id: str) -> Response:
    with here.store.writing() as session:
        webhooks.test(session, actor, webhook_id)
    return RedirectResponse("/alerts#deliveries", 303)


@router.post("/webhooks/{webhook_id}/remove")
def remove(here: Here, actor: FreshAdministrator, webhook_id: str) -> Response:
    with here.store.writing() as session:
        webhooks.remove(session, actor, webhook_id)
    return RedirectResponse("/alerts#webhooks", 303)


def _page(
    request: Request,
    here: Workstation,
    actor: Actor,
    written: AlertSettings | None = None,
    wrong: str = "",
    made: NewWebhook | None = None,
    kept: bool = False,
) -> Response:
    with here.store.reading() as session:
        in_force = alert_settings.read(session)
        values = {
            "settings": written or in_force,
            "recipients": alert_settings.mailed(session, in_force),
            "has_password": bool(alert_settings.smtp_password(session)),
            "webhooks": webhooks.listed(session),
            "deliveries": deliveries.recent(session, actor).deliveries,
            "readers": worklist.readers(session),
        }
    return page(request, "alerts.html", 422 if wrong else 200, wrong=wrong, made=made, kept=kept, **values)
