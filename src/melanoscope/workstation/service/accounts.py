"""Accounts: the first one, and all that follow."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM, Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import digest, secret
from melanoscope.workstation.service.errors import Conflict, Gone, Invalid
from melanoscope.workstation.service.texts import line
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.operations import Setting
from melanoscope.workstation.store.words import Role

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_INVITATION = "first_account"


@dataclass(frozen=True)
class NewAccount:
    """`password_hash` is as `security.passwords` makes it; None where a link, or an identity provider, is to come."""

    name: str
    password_hash: str | None
    role: Role
    full_name: str = ""
    oidc_subject: str | None = None


def invite_first(session: Session) -> str | None:
    """The secret of a link with which the first account is made; None where there is one. Former links end."""
    if exist(session):
        return None
    invitation = secret()
    session.merge(Setting(name=_INVITATION, value={"digest": digest(invitation)}))
    return invitation


def refuse_uninvited(session: Session, invitation: str) -> None:
    """Gone where `invitation` is not, or no longer, the one of the link for the first account."""
    expected = session.get(Setting, _INVITATION)
    if expected is None:
        raise Gone("The first account has been made with this link. Log in, or ask an administrator to invite you.")
    if expected.value["digest"] != digest(invitation):
        raise Gone("Another link took its place: the newest is in the terminal in which the workstation was started.")


def create_first(session: Session, invitation: str, account: NewAccount) -> Account:
    """The first account, with `invitation` from the link, which ends with it; Gone as `refuse_uninvited`."""
    refuse_uninvited(session, invitation)
    session.execute(delete(Setting).where(Setting.name == _INVITATION))
    return create(session, SYSTEM, account)


def create(session: Session, actor: Actor, account: NewAccount) -> Account:
    """Invalid where the name cannot be one, Conflict where somebody has it."""
    name = normalised(account.name)
    if not _NAME.fullmatch(name):
        raise Invalid("A name has 2 to 64 letters a–z, digits, dots, hyphens or underscores, a letter or digit first.")
    if find(session, name):
        raise Conflict(f"There is an account {name} already.")
    made = Account(
        name=name,
        full_name=line(account.full_name),
        role=account.role,
        password_hash=account.password_hash,
        oidc_subject=account.oidc_subject,
        created_at=now(),
    )
    session.add(made)
    session.flush()
    audit_log.append(session, actor, "account.create", f"account:{name}", {"role": account.role.value})
    return made


def find(session: Session, name: str) -> Account | None:
    return session.scalar(select(Account).where(Account.name == normalised(name)))


def actor_of(account: Account, token: str = "") -> Actor:
    """`token` is the public id of the token that a program has brought."""
    return Actor(account.id, account.name, account.role, token, account.full_name)


def of_actor(session: Session, actor: Actor) -> Account:
    """The actor's own account."""
    return session.get_one(Account, actor.account_id)


def normalised(name: str) -> str:
    """How names are compared."""
    return name.strip().lower()


def exist(session: Session) -> bool:
    """Whether anybody has an account."""
    return bool(session.scalar(select(func.count()).select_from(Account)))
