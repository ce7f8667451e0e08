"""Who sent a request, and whether they may: dependencies for endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from melanoscope.workstation import context
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.security import sessions
from melanoscope.workstation.security.errors import Forbidden, NotLoggedIn
from melanoscope.workstation.security.login import actor_of
from melanoscope.workstation.store.accounts import LoginSession
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role


def who(request: Request) -> Actor | None:
    """Who is logged in; None for a stranger. Looked up once for each request."""
    if not hasattr(request.state, "actor"):
        cookie = request.cookies.get(sessions.COOKIE)
        request.state.actor = _of_session(context.of(request).store, cookie) if cookie else None
    actor: Actor | None = request.state.actor
    return actor


def require(*roles: Role) -> Callable[[Request], Actor]:
    """A dependency that gives the actor, who may do what one of `roles` may; NotLoggedIn or Forbidden otherwise."""

    def actor(request: Request) -> Actor:
        found = who(request)
        if found is None:
            raise NotLoggedIn
        if not any(found.role.may(role) for role in roles):
            raise Forbidden(f"This needs the role {' or '.join(roles)}, and yours is {found.role}.")
        return found

    return actor


Anyone = Annotated[Actor, Depends(require(*Role))]
Reader = Annotated[Actor, Depends(require(Role.READER))]
Uploader = Annotated[Actor, Depends(require(Role.UPLOADER))]
Auditor = Annotated[Actor, Depends(require(Role.AUDITOR))]
Administrator = Annotated[Actor, Depends(require(Role.ADMINISTRATOR))]
"""As a parameter of an endpoint: who sent the request, with at least that role."""


def _of_session(store: Store, cookie: str) -> Actor | None:
    with store.reading() as session:
        found = sessions.find(session, cookie)
    if found is None:
        return None
    if sessions.is_stale(found):
        with store.writing() as session:
            current = session.get(LoginSession, found.hash)
            if current:
                current.seen_at = now()
    return actor_of(found.account)
