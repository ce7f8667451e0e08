"""Bundles: installed, asked in silence, compared, promoted and rolled back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from melanoscope.bundle import Bundle
from melanoscope.errors import InputError
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security.roles import Administrator, FreshAdministrator
from melanoscope.workstation.service import bundle_list, bundles, comparing, rescoring, silence
from melanoscope.workstation.service.errors import Conflict
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import BundleState
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/bundles")

Text = Annotated[str, Form(max_length=1000)]


@router.get("")
def show(request: Request, here: Here, actor: Administrator) -> Response:
    return _page(request, here)


@router.post("")
def install(request: Request, here: Here, actor: FreshAdministrator, folder: Text) -> Response:
    try:
        bundle = bundles.copied(Path(folder.strip()), here.settings.bundles)
    except InputError as error:
        return _page(request, here, str(error))
    with here.store.writing() as session:
        bundles.install(session, actor, bundle)
    return RedirectResponse("/bundles", 303)


@router.post("/roll-back")
def roll_back(request: Request, here: Here, actor: FreshAdministrator, reason: Text = "") -> Response:
    return _let_speak(request, here, actor, bundles.former, reason)


@router.post("/rescore")
def rescore(
    request: Request, here: Here, actor: FreshAdministrator, decided: Annotated[bool, Form()] = False
) -> Response:
    return _done(request, here, lambda session: rescoring.rescore_all(session, actor, decided))


@router.get("/{digest}")
def compare(request: Request, here: Here, actor: Administrator, digest: str) -> Response:
    with here.store.reading() as session:
        found = comparing.comparison(session, actor, bundles.promoted(session), bundles.find(session, digest))
    return page(request, "bundle.html", found=found, recent=comparing.RECENT, known=comparing.KNOWN)


@router.post("/{digest}/silence")
def begin_silence(request: Request, here: Here, actor: FreshAdministrator, digest: str) -> Response:
    return _done(request, here, lambda session: silence.begin(session, actor, bundles.find(session, digest)))


@router.post("/{digest}/end-silence")
def end_silence(request: Request, here: Here, actor: FreshAdministrator, digest: str) -> Response:
    return _done(request, here, lambda session: silence.end(session, actor, bundles.find(session, digest)))


@router.post("/{digest}/promote")
def promote(request: Request, here: Here, actor: FreshAdministrator, digest: str, reason: Text = "") -> Response:
    return _let_speak(request, here, actor, lambda store: bundles.verified(store, digest), reason)


def _let_speak(
    request: Request, here: Workstation, actor: Actor, chosen: Callable[[Store], Bundle], reason: str
) -> Response:
    try:
        bundle = chosen(here.store)
    except Conflict as error:
        return _page(request, here, str(error))
    return _done(request, here, lambda session: bundles.promote(session, actor, bundle, reason))


def _done(request: Request, here: Workstation, change: Callable[[Session], object]) -> Response:
    try:
        with here.store.writing() as session:
            change(session)
    except Conflict as error:
        return _page(request, here, str(error))
    here.wake()
    return RedirectResponse("/bundles", 303)


def _page(request: Request, here: Workstation, wrong: str = "") -> Response:
    with here.store.reading() as session:
        found = bundle_list.listed(session)
    return page(request, "bundles.html", 422 if wrong else 200, found=found, wrong=wrong, State=BundleState)
