"""Logging in at the identity provider."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.context import Here
from melanoscope.workstation.ids import secret
from melanoscope.workstation.security import provider_login, sessions, visitor
from melanoscope.workstation.security.errors import Forbidden
from melanoscope.workstation.security.provider import RETURN, Provider
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.web.accounts import enter
from melanoscope.workstation.web.addresses import local

router = APIRouter()


@router.get("/login/provider")
def leave(request: Request, here: Here, next: str = "/", again: bool = False) -> Response:
    """To the provider; `again` where the person must prove there anew who they are."""
    browser = request.cookies.get(sessions.COOKIE) or secret()
    response = RedirectResponse(provider_login.leave(here.store, _provider(request), browser, local(next), again), 303)
    sessions.set_cookie(request, response, browser)
    return response


@router.get(RETURN)
def come_back(request: Request, here: Here, state: str = "", code: str = "", error: str = "") -> Response:
    if error or not code:
        raise Forbidden("The identity provider has not let you in.")
    browser = request.cookies.get(sessions.COOKIE, "")
    entrance, where = provider_login.come_back(
        here.store, _provider(request), visitor.of(request), browser, state, code
    )
    return enter(request, entrance, where)


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound
    return provider
