"""The tokens of programs: told once, kept as a hash, for what they are meant for and for a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import digest, secret
from melanoscope.workstation.service.errors import Invalid, NotFound
from melanoscope.workstation.store.accounts import ApiToken
from melanoscope.workstation.store.words import Scope

PREFIX = "melanoscope_"
"""What every token begins with, so that scanners for leaked secrets know one."""

LONGEST_DAYS = 365
_LONGEST_LABEL = 100


@dataclass(frozen=True)
class TokenView:
    id: str
    label: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None
    works: bool


@dataclass(frozen=True)
class NewToken:
    """`secret` is what the program sends as `Authorization: Bearer …`; nobody can be told it again."""

    secret: str
    token: TokenView


def create(session: Session, actor: Actor, label: str, scopes: Collection[Scope], days: int) -> NewToken:
    """A token of the actor's own account for `days` days; Invalid where that makes no sense, or exceeds their role."""
    _refuse(actor, label, scopes, days)
    made = PREFIX + secret()
    token = ApiToken(
        hash=digest(made),
        label=label.strip(),
        account_id=actor.account_id,
        scopes=sorted(scopes),
        created_at=now(),
        expires_at=now() + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    audit_log.append(session, actor, "token.create", f"token:{token.public_id}", {"scopes": token.scopes, "days": days})
    return NewToken(made, _view(token))


def mine(session: Session, actor: Actor) -> list[TokenView]:
    """The actor's tokens, the newest first, those that have ended among them."""
    asked = select(ApiToken).where(ApiToken.account_id == actor.account_id).order_by(ApiToken.id.desc())
    return [_view(token) for token in session.scalars(asked)]


def revoke(session: Session, actor: Actor, public_id: str) -> None:
    """NotFound where the actor has no such token."""
    asked = select(ApiToken).where(ApiToken.public_id == public_id, ApiToken.account_id == actor.account_id)
    token = session.scalar(asked)
    if token is None:
        raise NotFound
    token.revoked_at = token.revoked_at or now()
    audit_log.append(session, actor, "token.revoke", f"token:{public_id}")


def find(session: Session, secret: str) -> ApiToken | None:
    """The token of a secret; None where it has expired, was revoked or never was."""
    token = session.scalar(select(ApiToken).where(ApiToken.hash == digest(secret)))
    return token if token is not None and _works(token) and not token.account.disabled else None


def _refuse(actor: Actor, label: str, scopes: Collection[Scope], days: int) -> None:
    if not 1 <= len(label.strip()) <= _LONGEST_LABEL:
        raise Invalid(f"Say in 1 to {_LONGEST_LABEL} characters what the token is for.")
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"A token works for 1 to {LONGEST_DAYS} days.")
    if not scopes:
        raise Invalid("A token needs a scope.")
    for scope in scopes:
        if not actor.role.may(scope.role):
            raise Invalid(f"The scope {scope} needs the role {scope.role}, and yours is {actor.role}.")


def _works(token: ApiToken) -> bool:
    return token.revoked_at is None and (token.expires_at is None or now() < token.expires_at)


def _view(token: ApiToken) -> TokenView:
    scopes = [Scope(each) for each in token.scopes]
    return TokenView(
        token.public_id,
        token.label,
        scopes,
        token.created_at,
        token.expires_at,
        token.revoked_at,
        token.used_at,
        _works(token),
    )
