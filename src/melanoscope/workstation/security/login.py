"""Logging in: a name and a password in, perhaps a code of a second factor, and a session's secret out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor, stranger
from melanoscope.workstation.clock import now
from melanoscope.workstation.security import sessions, throttle, visitor
from melanoscope.workstation.security.logins import Login
from melanoscope.workstation.security.passwords import matches
from melanoscope.workstation.security.visitor import Visitor
from melanoscope.workstation.service import accounts, second_factor
from melanoscope.workstation.store.accounts import Account, LoginSession
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role


@dataclass(frozen=True)
class Entrance:
    """What a browser gets: a session's secret, and one by which it is known from now on, "" where that is not new.

    With `awaits_code` the session is good for nothing but `enter_code`.
    """

    cookie: str
    role: Role
    known: str = ""
    awaits_code: bool = False


def log_in(store: Store, by: Visitor, name: str, password: str) -> Entrance | None:
    """None where name or password are wrong, the account is disabled, or there were too many failures.

    The password is checked between two transactions, for that takes long on purpose; and always, so that neither the
    answer nor its time tells why it was refused.
    """
    with store.reading() as session:
        known = accounts.find(session, name)
    kept = known.password_hash if known else None
    right = matches(kept, password)
    with store.writing() as session:
        account = accounts.find(session, name)
        keys = throttle.counted(session, name, account, by)
        right = right and account is not None and account.password_hash == kept  # and not reset meanwhile
        if not right or account is None or account.disabled or throttle.is_blocked(session, keys):
            _refuse(session, account, keys, "password")
            return None
        if account.totp_secret:
            return Entrance(sessions.begin(session, account, by, awaits_code=True), account.role, awaits_code=True)
        return come_in(session, account, by)


def enter_code(store: Store, by: Visitor, cookie: str, code: str) -> Entrance | None:
    """The second factor of a session that awaits it; None where the code is wrong, or the session has ended."""
    with store.writing() as session:
        awaiting = sessions.find(session, cookie, awaits_code=True)
        if awaiting is None:
            return None
        account = session.get_one(Account, awaiting.account_id)
        keys = throttle.counted(session, account.name, account, by)
        if throttle.is_blocked(session, keys) or not second_factor.accept(session, account, code):
            _refuse(session, account, keys, "code")
            return None
        sessions.end(session, cookie)
        return come_in(session, account, by)


def come_in(
    session: Session, account: Account, by: Visitor, how: str = "password", proved_at: datetime | None = None
) -> Entrance:
    """`account` has proved who they are, now or at `proved_at`."""
    audit_log.append(session, accounts.actor_of(account), "login", f"account:{account.name}", {"how": how})
    throttle.succeed(session, throttle.counted(session, account.name, account, by))
    known = "" if visitor.is_known(session, account, by) else visitor.remember(session, account)
    return Entrance(sessions.begin(session, account, by, proved_at=proved_at), account.role, known)


def confirm(store: Store, by: Visitor, login: Login, password: str) -> bool:
    """Whether it is the password of who is logged in, whose session is then fresh again. Failures count as at login."""
    with store.reading() as session:
        kept = accounts.of_actor(session, login.actor).password_hash
    right = matches(kept, password)
    with store.writing() as session:
        account = accounts.of_actor(session, login.actor)
        keys = throttle.counted(session, account.name, account, by)
        if not right or account.password_hash != kept or throttle.is_blocked(session, keys):
            _refuse(session, account, keys, "confirmation")
            return False
        session.execute(update(LoginSession).where(LoginSession.public_id == login.session).values(confirmed_at=now()))
        return True


def log_out(store: Store, actor: Actor, cookie: str) -> None:
    with store.writing() as session:
        sessions.end(session, cookie)
        audit_log.append(session, actor, "logout", f"account:{actor.name}")


def _refuse(session: Session, account: Account | None, keys: throttle.Counted, wrong: str) -> None:
    """The log does not hold names that nobody has: people type their password there."""
    blocked = throttle.is_blocked(session, keys)
    subject = f"account:{account.name if account else '(unknown)'}"
    detail = {"blocked": blocked, "disabled": bool(account and account.disabled), "wrong": wrong}
    audit_log.append(session, stranger("(unknown)"), "login.refuse", subject, detail)
    if not blocked:
        throttle.fail(session, keys)
