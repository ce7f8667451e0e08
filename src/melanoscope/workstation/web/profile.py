"""One's own account: password, full name, language, browsers that are logged in, second factor."""

from __future__ import annotations

from typing import Annotated

import segno
from babel import Locale
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security import login, visitor
from melanoscope.workstation.security.logins import Login
from melanoscope.workstation.security.passwords import SHORTEST, hashed
from melanoscope.workstation.security.roles import Fresh, Person
from melanoscope.workstation.service import profile, second_factor
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.web.i18n import languages
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/profile")

Text = Annotated[str, Form(max_length=1000)]


@router.get("")
def show(request: Request, here: Here, person: Person, done: str = "") -> Response:
    return _page(request, here, person, done=done)


@router.post("/password")
def change_password(request: Request, here: Here, person: Person, old: Text, new: Text) -> Response:
    try:
        if not login.confirm(here.store, visitor.of(request), person, old):
            raise Invalid("The password so far is wrong, or there were too many tries.")
        password_hash = hashed(new)
    except Invalid as error:
        return _page(request, here, person, 422, wrong=str(error))
    with here.store.writing() as session:
        profile.change_password(session, person.actor, password_hash, person.session)
    return RedirectResponse("/profile?done=password", 303)


@router.post("/full-name")
def change_full_name(request: Request, here: Here, person: Person, full_name: Text = "") -> Response:
    try:
        with here.store.writing() as session:
            profile.change_full_name(session, person.actor, full_name)
    except Invalid as error:
        return _page(request, here, person, 422, wrong=str(error))
    return RedirectResponse("/profile", 303)


@router.post("/language")
def change_language(here: Here, person: Person, language: Text = "") -> Response:
    with here.store.writing() as session:
        profile.change_language(session, person.actor, language if language in languages() else None)
    return RedirectResponse("/profile", 303)


@router.post("/sessions/{session_id}/end")
def end_session(here: Here, person: Person, session_id: str) -> Response:
    with here.store.writing() as session:
        profile.end_session(session, person.actor, session_id)
    return RedirectResponse("/profile", 303)


@router.get("/second-factor")
def second_factor_form(request: Request, here: Here, actor: Fresh) -> Response:
    return _enrolment(request, here, actor)


@router.post("/second-factor")
def add_second_factor(request: Request, here: Here, actor: Fresh, code: Text) -> Response:
    try:
        with here.store.writing() as session:
            codes = second_factor.finish(session, actor, code)
    except Invalid as error:
        return _enrolment(request, here, actor, str(error))
    return page(request, "recovery_codes.html", codes=codes)


@router.post("/second-factor/remove")
def remove_second_factor(here: Here, actor: Fresh) -> Response:
    with here.store.writing() as session:
        second_factor.remove(session, actor)
    return RedirectResponse("/profile", 303)


def _page(
    request: Request, here: Workstation, person: Login, status_code: int = 200, wrong: str = "", done: str = ""
) -> Response:
    with here.store.reading() as session:
        view = profile.view(session, person.actor)
    return page(
        request,
        "profile.html",
        status_code,
        profile=view,
        here=person.session,
        languages={code: Locale.parse(code).get_display_name() for code in languages()},
        shortest=SHORTEST,
        wrong=wrong,
        done=done,
    )


def _enrolment(request: Request, here: Workstation, actor: Actor, wrong: str = "") -> Response:
    with here.store.writing() as session:
        enrolment = (second_factor.begun if wrong else second_factor.begin)(session, actor)
    drawn = segno.make(enrolment.uri, micro=False).svg_inline(scale=5, light="#fff", omitsize=True)
    return page(
        request, "second_factor.html", 422 if wrong else 200, secret=enrolment.secret, qr=Markup(drawn), wrong=wrong
    )
