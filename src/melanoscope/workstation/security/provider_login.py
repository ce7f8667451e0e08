"""Coming in by the identity provider: the way there and back, and whose account it is."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM, stranger
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import digest, secret
from melanoscope.workstation.security.errors import Forbidden
from melanoscope.workstation.security.login import Entrance, come_in
from melanoscope.workstation.security.provider import Journey, Provider
from melanoscope.workstation.security.visitor import Visitor
from melanoscope.workstation.service import accounts
from melanoscope.workstation.service.accounts import NewAccount
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.logins import ProviderLogin
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role

_LASTS = timedelta(minutes=10)
_NO_NAME = re.compile(r"[^a-z0-9._-]+")


def leave(store: Store, provider: Provider, browser: str, next: str, again: bool) -> str:
    """The provider's address for the browser with the cookie `browser`, which shall arrive at `next` in the end."""
    journey = Journey(secret(), secret(), secret(), again)
    address = provider.address(journey)
    left = ProviderLogin(
        state=digest(journey.state),
        browser=digest(browser),
        nonce=journey.nonce,
        verifier=journey.verifier,
        next=next,
        expires_at=now() + _LASTS,
    )
    with store.writing() as session:
        session.execute(delete(ProviderLogin).where(ProviderLogin.expires_at < now()))
        session.add(left)
    return address


def come_back(
    store: Store, provider: Provider, by: Visitor, browser: str, state: str, code: str
) -> tuple[Entrance, str]:
    """The entrance of whom the provider vouches for, and where they wanted to go; Forbidden where it does not.

    A state is good once, and for the browser that was sent away with it: nobody can make another log in as themselves.
    """
    with store.writing() as session:
        left = session.get(ProviderLogin, digest(state))
        if left is not None:
            session.delete(left)
    if left is None or now() > left.expires_at or not hmac.compare_digest(left.browser, digest(browser)):
        raise Forbidden("This login took too long, or began in another browser. Log in again.")
    claims = provider.claims(Journey(state, left.nonce, left.verifier), code)
    with store.writing() as session:
        account = _account(session, provider, claims)
        entrance = None if account is None else come_in(session, account, by, "provider", _proved_at(claims))
    if entrance is None:
        raise Forbidden("The identity provider knows you, but you may not come in here. Ask whoever administers it.")
    return entrance, left.next


def _proved_at(claims: Mapping[str, Any]) -> datetime:
    """When the person typed something at the provider. It tells where it is asked to let them do so anew; else it may
    have remembered them for long.
    """
    said = claims.get("auth_time")
    return datetime.fromtimestamp(min(float(said), time.time()) if isinstance(said, int | float) else 0, UTC)


def _account(session: Session, provider: Provider, claims: Mapping[str, Any]) -> Account | None:
    """With the role that the groups give now; None, and noted, where they give none or the account is disabled.

    An account with a password here is never taken over by somebody of the same name there.
    """
    subject = f"{provider.settings.issuer}|{claims['sub']}"
    groups = claims.get(provider.settings.groups, [])
    role = provider.settings.role([str(each) for each in groups] if isinstance(groups, list) else [str(groups)])
    account = session.scalar(select(Account).where(Account.oidc_subject == subject))
    if role is None or (account is not None and account.disabled):
        detail = {"wrong": "group" if role is None else "disabled", "how": "provider"}
        named = account.name if account else "(unknown)"
        audit_log.append(session, stranger("(unknown)"), "login.refuse", f"account:{named}", detail)
        return None
    return _updated(session, account, role) if account else _new(session, claims, subject, role)


def _updated(session: Session, account: Account, role: Role) -> Account:
    if account.role is not role:
        detail = {"from": account.role.value, "to": role.value}
        audit_log.append(session, SYSTEM, "account.role", f"account:{account.name}", detail)
        account.role = role
    return account


def _new(session: Session, claims: Mapping[str, Any], subject: str, role: Role) -> Account:
    wished = str(claims.get("preferred_username") or claims.get("email") or claims["sub"])
    name = _NO_NAME.sub("-", accounts.normalised(wished)).strip("-._")[:55] or "person"
    if len(name) < 2 or accounts.find(session, name):
        name = f"{name}-{digest(subject)[:8]}"
    return accounts.create(session, SYSTEM, NewAccount(name, None, role, str(claims.get("name", ""))[:200], subject))
