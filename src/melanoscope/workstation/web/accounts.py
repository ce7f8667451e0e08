"""The first account, logging in and out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.context import Here, of
from melanoscope.workstation.security import login, sessions, visitor
from melanoscope.workstation.security.passwords import SHORTEST, hashed
from melanoscope.workstation.security.roles import Anyone
from melanoscope.workstation.service.accounts import NewAccount, create_first, exist, refuse_uninvited
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.store.words import Role
from melanoscope.workstation.web.addresses import local
from melanoscope.workstation.web.areas import home
from melanoscope.workstation.web.pages import page

router = APIRouter()

Text = Annotated[str, Form(max_length=1000)]


@router.get("/first-account")
def first_account(request: Request, here: Here, invitation: str = "") -> Response:
    with here.store.writing() as session:
        refuse_uninvited(session, invitation)
    return _first_page(request, invitation)


@router.post("/first-account")
def make_first_account(
    request: Request, here: Here, invitation: Text, name: Text, password: Text, full_name: Text = ""
) -> Response:
    try:
        account = NewAccount(name, hashed(password), Role.ADMINISTRATOR, full_name)
        with here.store.writing() as session:
            made = create_first(session, invitation, account)
            entrance = login.come_in(session, made, visitor.of(request))
    except (Invalid, Conflict) as error:
        return _first_page(request, invitation, 422, name, full_name, str(error))
    return enter(request, entrance, "/")


@router.get("/login")
def log_in(request: Request, next: str = "/", done: str = "") -> Response:
    return _login_page(request, next, done=done)


@router.post("/login")
def come_in(request: Request, here: Here, name: Text, password: Text, next: Text = "/") -> Response:
    entrance = login.log_in(here.store, visitor.of(request), name, password)
    if entrance is None:
        return _login_page(request, next, 401, name, wrong=True)
    if entrance.awaits_code:
        return enter(request, entrance, f"/login/code?next={quote(local(next))}")
    return enter(request, entrance, local(next))


@router.get("/login/code")
def code_form(request: Request, next: str = "/") -> Response:
    return page(request, "login_code.html", next=local(next), wrong=False)


@router.post("/login/code")
def enter_code(request: Request, here: Here, code: Text, next: Text = "/") -> Response:
    entrance = login.enter_code(here.store, visitor.of(request), request.cookies.get(sessions.COOKIE, ""), code)
    if entrance is None:
        return page(request, "login_code.html", 401, next=local(next), wrong=True)
    return enter(request, entrance, local(next))


@router.post("/logout")
def log_out(request: Request, here: Here, actor: Anyone) -> Response:
    login.log_out(here.store, actor, request.cookies[sessions.COOKIE])
    response = RedirectResponse("/login", 303)
    response.delete_cookie(sessions.COOKIE)
    return response


def enter(request: Request, entrance: login.Entrance, where: str) -> Response:
    """The answer with which a browser is let in, and led to `where`, or to where somebody of its role begins."""
    response = RedirectResponse(home(entrance.role) if where == "/" else where, 303)
    sessions.set_cookie(request, response, entrance.cookie)
    if entrance.known:
        visitor.set_cookie(request, response, entrance.known)
    return response


def _first_page(
    request: Request, invitation: str, status_code: int = 200, name: str = "", full_name: str = "", wrong: str = ""
) -> Response:
    values = {"invitation": invitation, "shortest": SHORTEST, "name": name, "known_as": full_name, "wrong": wrong}
    return page(request, "first_account.html", status_code, **values)


def _login_page(
    request: Request, next: str, status_code: int = 200, name: str = "", wrong: bool = False, done: str = ""
) -> Response:
    provider = request.app.state.provider
    with of(request).store.reading() as session:
        nobody_yet = provider is None and not exist(session)
    values = {"next": local(next), "name": name, "wrong": wrong, "done": done, "nobody_yet": nobody_yet}
    return page(request, "login.html", status_code, provider=provider, **values)
