"""Everyone's accounts over the API, for administrators."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from melanoscope.workstation.api.about import Key
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import FreshAdministrator
from melanoscope.workstation.service import administration
from melanoscope.workstation.service.administration import AccountView, InvitedAccount
from melanoscope.workstation.service.idempotency import told_once
from melanoscope.workstation.store.words import Role

router = APIRouter(prefix="/accounts", tags=["accounts"], route_class=Route)


@dataclass(frozen=True)
class InvitationRequest:
    """Whom to invite, and what they may do."""

    name: str
    role: Role
    full_name: str = ""


@dataclass(frozen=True)
class AccountChange:
    """What is null stays as it is."""

    role: Role | None = None
    disabled: bool | None = None


@router.get("")
def list_accounts(here: Here, actor: FreshAdministrator) -> list[AccountView]:
    """Everybody's, by name."""
    with here.store.reading() as session:
        return administration.everyone(session)


@router.post("", status_code=201)
def invite_account(
    here: Here, actor: FreshAdministrator, invitation: InvitationRequest, key: Key = None
) -> InvitedAccount:
    """A new account; `/password?link=` and the secret is the link with which the person chooses a password, once."""
    new = invitation.name, invitation.role, invitation.full_name
    with here.store.writing() as session:
        return told_once(session, actor, key, ("invite", *new), lambda: administration.invite(session, actor, *new))


@router.get("/{name}")
def get_account(here: Here, actor: FreshAdministrator, name: str) -> AccountView:
    """One account."""
    with here.store.reading() as session:
        return administration.one(session, name)


@router.patch("/{name}")
def change_account(here: Here, actor: FreshAdministrator, name: str, change: AccountChange) -> AccountView:
    """Another role, or disabled and enabled again; 409 where nobody would administer any more."""
    with here.store.writing() as session:
        if change.role is not None:
            administration.change_role(session, actor, name, change.role)
        if change.disabled is not None:
            (administration.disable if change.disabled else administration.enable)(session, actor, name)
        return administration.one(session, name)


@router.post("/{name}/reset")
def reset_account(here: Here, actor: FreshAdministrator, name: str, key: Key = None) -> InvitedAccount:
    """Password, second factor, logins and tokens of the account end; the person chooses a new password."""
    with here.store.writing() as session:
        return told_once(session, actor, key, ("reset", name), lambda: administration.reset(session, actor, name))
