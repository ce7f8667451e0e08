"""Who sent a request: a person with a session's cookie, or a program with a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy import update

from melanoscope.workstation import context
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.security import sessions
from melanoscope.workstation.service import tokens
from melanoscope.workstation.service.accounts import actor_of
from melanoscope.workstation.store.accounts import ApiToken, LoginSession
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Scope

BEARER = "Authorization"
FOR_PROGRAMS = ("/api/", "/metrics")
UNATTENDED = "/live/"
"""Below it is what pages ask for by themselves: a page that was left open is no use of a session, which must end."""

_NOTED = timedelta(minutes=1)
"""How exactly it is known when a session or a token was used last: not every request should write."""


@dataclass(frozen=True)
class Login:
    """`scopes` is None for a person. `session` is the public id of their session, and `confirmed_at` when they last
    proved who they are; None for a program.
    """

    actor: Actor
    language: str | None
    scopes: frozenset[Scope] | None = None
    session: str | None = None
    confirmed_at: datetime | None = None

    def proved_within(self, lasting: timedelta) -> bool:
        """Whether a person has proved who they are that lately."""
        return self.confirmed_at is not None and now() <= self.confirmed_at + lasting


def of(request: Request) -> Login | None:
    """None for a stranger. Looked up once for each request.

    A request that brings a token is a program's, whatever cookie comes with it, and a program gets no pages.
    """
    if not hasattr(request.state, "login"):
        request.state.login = _look_up(request)
    login: Login | None = request.state.login
    return login


def _look_up(request: Request) -> Login | None:
    store, brought = context.of(request).store, request.headers.get(BEARER)
    if brought is not None:
        scheme, _, token = brought.partition(" ")
        open_to_it = request.url.path.startswith(FOR_PROGRAMS) and scheme.lower() == "bearer"
        return _of_token(store, token.strip()) if open_to_it else None
    cookie = request.cookies.get(sessions.COOKIE)
    unattended = request.url.path.startswith(UNATTENDED)
    return _of_session(store, cookie, unattended) if cookie else None


def _of_session(store: Store, cookie: str, unattended: bool) -> Login | None:
    with store.reading() as session:
        found = sessions.find(session, cookie)
    if found is None:
        return None
    if _is_stale(found.seen_at) and not unattended:
        with store.writing() as session:
            session.execute(update(LoginSession).where(LoginSession.hash == found.hash).values(seen_at=now()))
    account = found.account
    return Login(actor_of(account), account.language, session=found.public_id, confirmed_at=found.confirmed_at)


def _of_token(store: Store, secret: str) -> Login | None:
    with store.reading() as session:
        found = tokens.find(session, secret)
    if found is None:
        return None
    if _is_stale(found.used_at):
        with store.writing() as session:
            session.execute(update(ApiToken).where(ApiToken.id == found.id).values(used_at=now()))
    account = found.account
    return Login(actor_of(account, found.public_id), account.language, frozenset(map(Scope, found.scopes)))


def _is_stale(last: datetime | None) -> bool:
    return last is None or now() - last > _NOTED
