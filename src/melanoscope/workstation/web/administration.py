"""Everyone's accounts, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security.roles import FreshAdministrator
from melanoscope.workstation.service import administration
from melanoscope.workstation.service.administration import InvitedAccount
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.store.words import Role
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/accounts")

Text = Annotated[str, Form(max_length=200)]


@router.get("")
def everyone(request: Request, here: Here, actor: FreshAdministrator) -> Response:
    return _page(request, here)


@router.post("")
def invite(
    request: Request,
    here: Here,
    actor: FreshAdministrator,
    name: Text,
    role: Annotated[Role, Form()],
    full_name: Text = "",
) -> Response:
    try:
        with here.store.writing() as session:
            made = administration.invite(session, actor, name, role, full_name)
    except (Invalid, Conflict) as error:
        return _page(request, here, 422, str(error))
    return _told(request, here, made)


@router.get("/{name}")
def one(request: Request, here: Here, actor: FreshAdministrator, name: str) -> Response:
    return _one(request, here, name)


@router.post("/{name}/role")
def change_role(
    request: Request, here: Here, actor: FreshAdministrator, name: str, role: Annotated[Role, Form()]
) -> Response:
    try:
        with here.store.writing() as session:
            administration.change_role(session, actor, name, role)
    except Conflict as error:
        return _one(request, here, name, 409, str(error))
    return RedirectResponse(f"/accounts/{name}", 303)


@router.post("/{name}/disable")
def disable(request: Request, here: Here, actor: FreshAdministrator, name: str) -> Response:
    try:
        with here.store.writing() as session:
            administration.disable(session, actor, name)
    except Conflict as error:
        return _one(request, here, name, 409, str(error))
    return RedirectResponse(f"/accounts/{name}", 303)


@router.post("/{name}/enable")
def enable(here: Here, actor: FreshAdministrator, name: str) -> Response:
    with here.store.writing() as session:
        administration.enable(session, actor, name)
    return RedirectResponse(f"/accounts/{name}", 303)


@router.post("/{name}/reset")
def reset(request: Request, here: Here, actor: FreshAdministrator, name: str) -> Response:
    try:
        with here.store.writing() as session:
            made = administration.reset(session, actor, name)
    except Conflict as error:
        return _one(request, here, name, 409, str(error))
    return _told(request, here, made)


def _page(request: Request, here: Workstation, status_code: int = 200, wrong: str = "") -> Response:
    with here.store.reading() as session:
        accounts = administration.everyone(session)
    return page(request, "accounts.html", status_code, accounts=accounts, roles=list(Role), wrong=wrong)


def _one(request: Request, here: Workstation, name: str, status_code: int = 200, wrong: str = "") -> Response:
    with here.store.reading() as session:
        account = administration.one(session, name)
    return page(request, "account.html", status_code, account=account, roles=list(Role), wrong=wrong)


def _told(request: Request, here: Workstation, made: InvitedAccount) -> Response:
    """The page that shows the link this once."""
    address = f"{here.settings.address.rstrip('/') or str(request.base_url).rstrip('/')}/password?link={made.secret}"
    return page(request, "password_link.html", account=made.account, address=address, expires_at=made.expires_at)
