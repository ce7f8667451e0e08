"""Logging in: a name and a password in, a session's secret out, and a pause after too many wrong ones."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor, stranger
from melanoscope.workstation.clock import now
from melanoscope.workstation.security import sessions
from melanoscope.workstation.security.passwords import matches
from melanoscope.workstation.service import accounts
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.transactions import Store

TRIES = 5
PAUSE = timedelta(minutes=15)
"""After `TRIES` wrong passwords in a row nobody comes in for so long, not even with the right one."""


def log_in(store: Store, name: str, password: str) -> str | None:
    """The secret of a new session; None where name or password are wrong, or the account is locked or disabled.

    The password is checked between two transactions, for that takes long on purpose.
    """
    with store.reading() as session:
        known = accounts.find(session, name)
    right = matches(known.password_hash if known else None, password)
    with store.writing() as session:
        account = session.get(Account, known.id, with_for_update=True) if known else None
        if account is None:
            audit_log.append(session, stranger("(unknown)"), "login.refuse", "account:(unknown)")
            return None
        if not right or account.disabled or _is_locked(account):
            _refuse(session, account, right)
            return None
        account.failed_logins, account.locked_until = 0, None
        audit_log.append(session, actor_of(account), "login", f"account:{account.name}")
        return sessions.begin(session, account)


def log_out(store: Store, actor: Actor, cookie: str) -> None:
    with store.writing() as session:
        sessions.end(session, cookie)
        audit_log.append(session, actor, "logout", f"account:{actor.name}")


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.name, account.role)


def _is_locked(account: Account) -> bool:
    return account.locked_until is not None and now() < account.locked_until


def _refuse(session: Session, account: Account, right: bool) -> None:
    if not right and not _is_locked(account):
        account.failed_logins += 1
        if account.failed_logins >= TRIES:
            account.failed_logins, account.locked_until = 0, now() + PAUSE
    detail = {"locked": _is_locked(account), "disabled": account.disabled}
    audit_log.append(session, stranger("(unknown)"), "login.refuse", f"account:{account.name}", detail)
