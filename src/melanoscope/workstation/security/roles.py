"""Whether whoever sent a request may: dependencies for endpoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.security import logins
from melanoscope.workstation.security.csrf import SAFE
from melanoscope.workstation.security.errors import ConfirmFirst, Forbidden, NotLoggedIn
from melanoscope.workstation.security.logins import Login
from melanoscope.workstation.store.words import Role

FRESH = timedelta(minutes=10)
"""For so long after a login, or after the password was typed again, a person may do what is dangerous."""

SIGNS = timedelta(hours=1)
"""For so long a tick is a signature."""


def who(request: Request) -> Actor | None:
    """Who is logged in; None for a stranger."""
    login = logins.of(request)
    return login.actor if login else None


def require(*roles: Role) -> Callable[[Request], Actor]:
    """A dependency that gives the actor, who may do what one of `roles` may; NotLoggedIn or Forbidden otherwise."""

    def actor(request: Request) -> Actor:
        login = _known(request)
        allowed = [role for role in roles if login.actor.role.may(role)]
        if not allowed:
            raise Forbidden(f"This needs the role {' or '.join(roles)}, and yours is {login.actor.role}.")
        reading = request.method in SAFE
        if login.scopes is not None and not any(s.covers(role, reading) for s in login.scopes for role in allowed):
            raise Forbidden(f"The token's scopes do not include this: {', '.join(sorted(login.scopes))}.")
        return login.actor

    return actor


def person(request: Request) -> Login:
    """A dependency that gives the login of a person: programs get Forbidden."""
    login = _known(request)
    if login.scopes is not None:
        raise Forbidden("A token cannot do this: a person must, who is logged in.")
    return login


def fresh(request: Request) -> Actor:
    """A dependency that gives a person who has lately proved who they are; ConfirmFirst otherwise."""
    login = person(request)
    if not login.proved_within(FRESH):
        raise ConfirmFirst
    return login.actor


def signer(request: Request) -> Actor:
    """A dependency that gives a reader who may sign: a program, or a person who has proved lately who they are.

    Pages ask for the password beside the signature instead.
    """
    actor = require(Role.READER)(request)
    login = _known(request)
    if login.scopes is None and not login.proved_within(SIGNS):
        raise ConfirmFirst
    return actor


def _fresh_administrator(request: Request) -> Actor:
    """A token with that scope is proof enough."""
    actor = require(Role.ADMINISTRATOR)(request)
    return actor if actor.token else fresh(request)


Anyone = Annotated[Actor, Depends(require(*Role))]
Reader = Annotated[Actor, Depends(require(Role.READER))]
Uploader = Annotated[Actor, Depends(require(Role.UPLOADER))]
Signer = Annotated[Actor, Depends(signer)]
Auditor = Annotated[Actor, Depends(require(Role.AUDITOR))]
Administrator = Annotated[Actor, Depends(require(Role.ADMINISTRATOR))]
"""As a parameter of an endpoint: who sent the request, with at least that role."""

Person = Annotated[Login, Depends(person)]
Fresh = Annotated[Actor, Depends(fresh)]
FreshAdministrator = Annotated[Actor, Depends(_fresh_administrator)]
"""The same, of people alone; and of those who have lately proved who they are, for what is dangerous."""


def _known(request: Request) -> Login:
    login = logins.of(request)
    if login is None:
        raise NotLoggedIn
    return login
