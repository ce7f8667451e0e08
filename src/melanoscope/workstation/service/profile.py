"""What everyone does with their own account: password, full name, language, and the browsers that are logged in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.accounts import of_actor
from melanoscope.workstation.service.administration import AccountView, end_sessions, one
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.service.second_factor import recovery_codes_left
from melanoscope.workstation.service.texts import line
from melanoscope.workstation.store.accounts import Account, LoginSession


@dataclass(frozen=True)
class SessionView:
    """`browser` is what it calls itself."""

    id: str
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class ProfileView:
    """`recovery_codes` are those that were not used yet, of the second factor."""

    account: AccountView
    language: str | None
    recovery_codes: int
    sessions: list[SessionView]


def view(session: Session, actor: Actor) -> ProfileView:
    """The actor's account and the sessions that have not ended, the latest first."""
    asked = select(LoginSession).where(
        LoginSession.account_id == actor.account_id,
        LoginSession.expires_at > now(),
        LoginSession.awaits_code.is_(False),
    )
    sessions = [
        SessionView(each.public_id, each.browser, each.address, each.created_at, each.seen_at)
        for each in session.scalars(asked.order_by(LoginSession.seen_at.desc()))
    ]
    language = session.get_one(Account, actor.account_id).language
    return ProfileView(one(session, actor.name), language, recovery_codes_left(session, actor), sessions)


def change_password(session: Session, actor: Actor, password_hash: str, staying: str | None) -> None:
    """All sessions end but the one with the public id `staying`. The old password was checked by whoever calls."""
    account = of_actor(session, actor)
    account.password_hash = password_hash
    end_sessions(session, account, staying)
    audit_log.append(session, actor, "password.change", f"account:{account.name}")


def change_full_name(session: Session, actor: Actor, full_name: str) -> None:
    """What signatures show beside the account's name from now on. Invalid where it is too long."""
    account = of_actor(session, actor)
    before, account.full_name = account.full_name, line(full_name)
    detail = {"from": before, "to": account.full_name}
    audit_log.append(session, actor, "account.full_name", f"account:{account.name}", detail)


def change_language(session: Session, actor: Actor, language: str | None) -> None:
    """None for what the browser asks for."""
    of_actor(session, actor).language = language


def end_session(session: Session, actor: Actor, public_id: str) -> None:
    """NotFound where the actor has no such session."""
    asked = delete(LoginSession).where(LoginSession.account_id == actor.account_id, LoginSession.public_id == public_id)
    ended = session.execute(asked)
    assert isinstance(ended, CursorResult)
    if not ended.rowcount:
        raise NotFound
    audit_log.append(session, actor, "session.end", f"account:{actor.name}")
