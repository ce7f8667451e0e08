"""Browsers that are logged in: a random secret in a cookie, its hash and its times in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import Request, Response
from sqlalchemy import delete
from sqlalchemy.orm import Session

from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import digest, secret
from melanoscope.workstation.security.visitor import Visitor, is_safe
from melanoscope.workstation.store.accounts import Account, LoginSession

COOKIE = "melanoscope"
IDLE, LONGEST = timedelta(hours=1), timedelta(hours=12)
"""A session ends when nobody has used it for so long, and when it is so old."""

FOR_CODE = timedelta(minutes=5)
"""How long a right password waits for the code of the second factor."""

NOBODY = Visitor()


def begin(
    session: Session,
    account: Account,
    by: Visitor = NOBODY,
    awaits_code: bool = False,
    proved_at: datetime | None = None,
) -> str:
    """A new session's secret; those that have ended are tidied away. `proved_at` is when the person proved who they
    are, by default now.
    """
    session.execute(delete(LoginSession).where(LoginSession.expires_at < now()))
    made = secret()
    begun = LoginSession(
        hash=digest(made),
        account_id=account.id,
        created_at=now(),
        seen_at=now(),
        confirmed_at=proved_at or now(),
        expires_at=now() + (FOR_CODE if awaits_code else LONGEST),
        awaits_code=awaits_code,
        address=by.address,
        browser=by.browser,
    )
    session.add(begun)
    session.flush()
    return made


def find(session: Session, cookie: str, awaits_code: bool = False) -> LoginSession | None:
    """The session of a cookie's secret, which awaits the second factor or does not; None where there is no such one."""
    found = session.get(LoginSession, digest(cookie))
    if found is None or found.account.disabled or found.awaits_code is not awaits_code:
        return None
    return found if now() < min(found.expires_at, found.seen_at + IDLE) else None


def end(session: Session, cookie: str) -> None:
    session.execute(delete(LoginSession).where(LoginSession.hash == digest(cookie)))


def set_cookie(request: Request, response: Response, value: str) -> None:
    """Out of reach for scripts and other sites, and for eavesdroppers where the connection is safe."""
    response.set_cookie(COOKIE, value, httponly=True, samesite="lax", secure=is_safe(request))
