"""E-mail about an alert that escalated: that it waits, since when, and where; nothing of the patient."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from melanoscope.console import DISCLAIMER
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.alert_settings import AlertSettings

TIMEOUT = 10.0
"""Seconds that each answer of the mail server may take."""


class NotSent(Exception):
    """The mail server did not take the message. `str(error)` says what happened."""


def send(
    settings: AlertSettings, password: str, recipients: Sequence[str], event_id: str, payload: Mapping[str, Any]
) -> str:
    """One message to all; NotSent where the server takes it for nobody. For whom else it was refused, as a sentence.

    With `settings.starttls` nothing is said, the password least, before the connection is encrypted.
    """
    message = written(settings, recipients, event_id, payload)
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT) as server:
            if settings.starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, password)
            refused = server.send_message(message)
    except (OSError, ValueError, smtplib.SMTPException) as error:  # ValueError: a host's name that no machine can have
        raise NotSent(f"{type(error).__name__}: {error}"[:300]) from error
    return f"refused for {', '.join(sorted(refused))}"[:300] if refused else ""


def written(
    settings: AlertSettings, recipients: Sequence[str], event_id: str, payload: Mapping[str, Any]
) -> EmailMessage:
    """The message. Sent twice, it has one `Message-ID`, so that mail programs show it once."""
    message = EmailMessage()
    message["Subject"] = "An alert has not been acknowledged"
    message["From"] = settings.sender
    message["To"] = ", ".join(recipients)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{event_id}@{settings.sender.rpartition('@')[2]}>"
    about = payload["data"]
    message.set_content(
        f"Nobody has acknowledged an alert of {about['alerted_at'][:16].replace('T', ' ')} UTC for "
        f"{settings.minutes} minutes. Look at it now:\n\n{about['url']}\n\n{DISCLAIMER}\n"
    )
    return message
