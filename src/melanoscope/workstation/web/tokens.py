"""One's own tokens, for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security.roles import Fresh
from melanoscope.workstation.service import tokens
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.service.tokens import NewToken
from melanoscope.workstation.store.words import Scope
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/profile/tokens")

_DAYS = (7, 30, 90, tokens.LONGEST_DAYS)


@router.get("")
def show(request: Request, here: Here, actor: Fresh) -> Response:
    return _page(request, here, actor)


@router.post("")
def create(
    request: Request,
    here: Here,
    actor: Fresh,
    label: Annotated[str, Form(max_length=1000)],
    days: Annotated[int, Form()],
    scopes: Annotated[list[Scope] | None, Form()] = None,
) -> Response:
    try:
        with here.store.writing() as session:
            made = tokens.create(session, actor, label, scopes or [], days)
    except Invalid as error:
        return _page(request, here, actor, 422, wrong=str(error))
    return _page(request, here, actor, made=made)


@router.post("/{token_id}/revoke")
def revoke(here: Here, actor: Fresh, token_id: str) -> Response:
    with here.store.writing() as session:
        tokens.revoke(session, actor, token_id)
    return RedirectResponse("/profile/tokens", 303)


def _page(
    request: Request,
    here: Workstation,
    actor: Actor,
    status_code: int = 200,
    wrong: str = "",
    made: NewToken | None = None,
) -> Response:
    with here.store.reading() as session:
        mine = tokens.mine(session, actor)
    scopes = [scope for scope in Scope if actor.role.may(scope.role)]
    return page(request, "tokens.html", status_code, tokens=mine, made=made, scopes=scopes, days=_DAYS, wrong=wrong)
