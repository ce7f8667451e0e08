"""Typing the password again before something dangerous; and choosing it by a link."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security import login, visitor
from melanoscope.workstation.security.logins import Login
from melanoscope.workstation.security.passwords import SHORTEST, hashed
from melanoscope.workstation.security.roles import Person
from melanoscope.workstation.service import administration
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.web.addresses import local
from melanoscope.workstation.web.pages import page

router = APIRouter()

Text = Annotated[str, Form(max_length=1000)]


@router.get("/confirm")
def confirm_form(request: Request, here: Here, person: Person, next: str = "/") -> Response:
    return _confirm_page(request, here, person, next)


@router.post("/confirm")
def confirm(request: Request, here: Here, person: Person, password: Text, next: Text = "/") -> Response:
    if not login.confirm(here.store, visitor.of(request), person, password):
        return _confirm_page(request, here, person, next, 401, wrong=True)
    return RedirectResponse(local(next), 303)


@router.get("/password")
def password_form(request: Request, here: Here, link: str = "") -> Response:
    with here.store.reading() as session:
        account = administration.invited(session, link)
    return page(request, "password.html", link=link, account=account, shortest=SHORTEST, wrong="")


@router.post("/password")
def choose_password(request: Request, here: Here, link: Text, password: Text) -> Response:
    with here.store.reading() as session:
        account = administration.invited(session, link)
    try:
        password_hash = hashed(password)
    except Invalid as error:
        values = {"link": link, "account": account, "shortest": SHORTEST, "wrong": str(error)}
        return page(request, "password.html", 422, **values)
    with here.store.writing() as session:
        administration.choose_password(session, link, password_hash)
    return RedirectResponse("/login?done=password", 303)


def _confirm_page(
    request: Request, here: Workstation, person: Login, next: str, status_code: int = 200, wrong: bool = False
) -> Response:
    with here.store.reading() as session:
        has_password = not administration.one(session, person.actor.name).from_provider
    return page(request, "confirm.html", status_code, next=local(next), has_password=has_password, wrong=wrong)
