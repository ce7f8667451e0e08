"""From where and with which browser somebody comes, and which browsers an account has come in with before.

A browser that once came in keeps a secret. Its wrong passwords are counted on their own, so that whoever guesses an
account's password from elsewhere cannot keep its owner out (OWASP, “Slow Down Online Guessing Attacks with Device
Cookies”).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from fastapi import Request, Response
from sqlalchemy import delete
from sqlalchemy.orm import Session

from melanoscope.workstation import context
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import digest, secret
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.logins import KnownBrowser

COOKIE = "melanoscope-browser"
REMEMBERED = timedelta(days=180)
_LONGEST_BROWSER = 200


@dataclass(frozen=True)
class Visitor:
    """`browser` is what it calls itself, `known` the secret that a former login left in it, "" where there is none."""

    address: str = ""
    browser: str = ""
    known: str = ""


def address_of(request: Request) -> str:
    """Where a request comes from; of IPv6 the network, for a single machine has 2⁶⁴ addresses of it."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:  # such as a socket's
        return host
    if isinstance(address, IPv4Address) or address.is_loopback:
        return host
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


def of(request: Request) -> Visitor:
    browser = "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))[:_LONGEST_BROWSER]
    return Visitor(address_of(request), browser, request.cookies.get(COOKIE, ""))


def is_safe(request: Request) -> bool:
    """Whether the browser's own connection is encrypted, be it to a proxy before this server."""
    return request.url.scheme == "https" or context.of(request).settings.address.startswith("https://")


def is_known(session: Session, account: Account | None, visitor: Visitor) -> bool:
    """Whether `account` has come in with this browser before."""
    found = session.get(KnownBrowser, digest(visitor.known)) if account and visitor.known else None
    return found is not None and account is not None and found.account_id == account.id and now() < found.expires_at


def remember(session: Session, account: Account) -> str:
    """A new secret for a browser that `account` came in with; former ones that have ended are tidied away."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.expires_at < now()))
    made = secret()
    session.add(KnownBrowser(hash=digest(made), account_id=account.id, expires_at=now() + REMEMBERED))
    return made


def set_cookie(request: Request, response: Response, value: str) -> None:
    """For as long as the browser shall be known."""
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(REMEMBERED.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_safe(request),
    )
