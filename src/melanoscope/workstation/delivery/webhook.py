"""Sending an event to a webhook, signed as the Standard Webhooks specification (1.0) says.

The signature is the HMAC-SHA256 of `id.timestamp.body` with the webhook's secret, so that a receiver can tell that the
event is ours, new and whole: https://github.com/standard-webhooks/standard-webhooks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from melanoscope.workstation.clock import now
from melanoscope.workstation.delivery.addresses import connect

LONGEST = 20.0
"""Seconds that a receiver has to answer; less than a job's lease, so that nobody else sends it meanwhile."""

_PORTS = {"http": 80, "https": 443}
_BEGINNING = "whsec_"


class NotTaken(Exception):
    """The receiver did not take the event. `str(error)` says what happened."""


def send(url: str, secret: str, event_id: str, payload: Mapping[str, Any], *, private: bool) -> None:
    """NotTaken where the receiver answered anything but 2xx, or nothing; redirections are not followed."""
    parts = urlsplit(url)
    body = json.dumps(payload, separators=(",", ":")).encode()
    try:
        with _connection(parts, private) as connection:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, _headers(secret, event_id, now(), body))
            status = connection.getresponse().status
    except (OSError, ValueError, HTTPException) as error:  # ValueError: a host's name that no machine can have
        raise NotTaken(f"{type(error).__name__}: {error}"[:300]) from error
    if not 200 <= status < 300:
        raise NotTaken(f"it answered {status}")


def sign(secret: str, event_id: str, moment: datetime, body: bytes) -> str:
    """What the header `webhook-signature` holds."""
    key = base64.b64decode(secret.removeprefix(_BEGINNING))
    signed = f"{event_id}.{int(moment.timestamp())}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def _headers(secret: str, event_id: str, moment: datetime, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "Melanoscope",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": sign(secret, event_id, moment, body),
    }


@contextmanager
def _connection(parts: SplitResult, private: bool) -> Iterator[HTTPConnection]:
    """A connection to an address that was judged, cut after `LONGEST` however slowly the other side speaks."""
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    plain = connect(host, port, private=private)
    cut = Timer(LONGEST, plain.shutdown, [socket.SHUT_RDWR])
    cut.daemon = True
    cut.start()
    try:
        safe = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) if parts.scheme == "https" else plain
        )
        with safe:
            connection = HTTPConnection(host, port)
            connection.sock = safe  # what it would connect by itself would look the name up again
            yield connection
    finally:
        cut.cancel()
        plain.close()
