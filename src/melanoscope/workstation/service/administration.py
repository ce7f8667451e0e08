"""What an administrator does with others' accounts. Accounts are disabled, never deleted: the audit log names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import digest, secret
from melanoscope.workstation.service import accounts, second_factor
from melanoscope.workstation.service.accounts import NewAccount
from melanoscope.workstation.service.errors import Conflict, Gone, NotFound
from melanoscope.workstation.store.accounts import Account, ApiToken, LoginSession
from melanoscope.workstation.store.logins import KnownBrowser, PasswordLink
from melanoscope.workstation.store.words import Role

LINK_LASTS = timedelta(days=2)


@dataclass(frozen=True)
class AccountView:
    """`awaits_password` where nobody has chosen one yet, `from_provider` where the identity provider vouches."""

    name: str
    full_name: str
    role: Role
    disabled: bool
    awaits_password: bool
    from_provider: bool
    second_factor: bool
    created_at: datetime


@dataclass(frozen=True)
class InvitedAccount:
    """`secret` makes the link with which the person chooses a password, once; nobody can be told it again."""

    account: AccountView
    secret: str
    expires_at: datetime


def everyone(session: Session) -> list[AccountView]:
    return [_view(account) for account in session.scalars(select(Account).order_by(Account.name))]


def one(session: Session, name: str) -> AccountView:
    """NotFound where there is none."""
    return _view(_find(session, name))


def invite(session: Session, actor: Actor, name: str, role: Role, full_name: str = "") -> InvitedAccount:
    """A new account that awaits its password. Invalid or Conflict as `accounts.create`."""
    return _link(session, accounts.create(session, actor, NewAccount(name, None, role, full_name)))


def reset(session: Session, actor: Actor, name: str) -> InvitedAccount:
    """All that opened the account ends: password, second factor, sessions, known browsers, tokens.

    NotFound; Conflict where its password is the identity provider's.
    """
    account = _find(session, name)
    if account.oidc_subject:
        raise Conflict(f"{name} logs in at the identity provider. The password is changed there.")
    account.password_hash = None
    second_factor.forget(session, account)
    end_sessions(session, account)
    session.execute(update(ApiToken).where(_open_token(account)).values(revoked_at=now()))
    audit_log.append(session, actor, "account.reset", f"account:{account.name}")
    return _link(session, account)


def change_role(session: Session, actor: Actor, name: str, role: Role) -> AccountView:
    """It counts from the next request on. NotFound; Conflict where nobody would administer any more."""
    account = _find(session, name)
    if role is not Role.ADMINISTRATOR:
        _refuse_last(session, account)
    was, account.role = account.role, role
    audit_log.append(session, actor, "account.role", f"account:{account.name}", {"from": was.value, "to": role.value})
    return _view(account)


def disable(session: Session, actor: Actor, name: str) -> AccountView:
    """Their sessions end and their tokens rest. NotFound; Conflict where nobody would administer any more."""
    account = _find(session, name)
    _refuse_last(session, account)
    account.disabled = True
    end_sessions(session, account)
    audit_log.append(session, actor, "account.disable", f"account:{account.name}")
    return _view(account)


def enable(session: Session, actor: Actor, name: str) -> AccountView:
    account = _find(session, name)
    account.disabled = False
    audit_log.append(session, actor, "account.enable", f"account:{account.name}")
    return _view(account)


def invited(session: Session, link: str) -> AccountView:
    """Whose link it is; Gone where it was used or replaced, has expired or never was."""
    return _view(_invited(session, link).account)


def choose_password(session: Session, link: str, password_hash: str) -> AccountView:
    """The link ends. `password_hash` is as `security.passwords` makes it. Gone as `invited`."""
    found = _invited(session, link)
    account = found.account
    account.password_hash = password_hash
    session.delete(found)
    end_sessions(session, account)
    audit_log.append(session, accounts.actor_of(account), "password.choose", f"account:{account.name}")
    return _view(account)


def end_sessions(session: Session, account: Account, but: str | None = None) -> None:
    """All browsers of `account` are logged out, and unknown again; but for the session with that public id."""
    session.execute(
        delete(LoginSession).where(LoginSession.account_id == account.id, LoginSession.public_id != (but or ""))
    )
    session.execute(delete(KnownBrowser).where(KnownBrowser.account_id == account.id))


def _find(session: Session, name: str) -> Account:
    account = accounts.find(session, name)
    if account is None:
        raise NotFound
    return account


def _refuse_last(session: Session, account: Account) -> None:
    left = select(Account.id).where(Account.role == Role.ADMINISTRATOR, Account.disabled.is_(False))
    if session.scalars(left).all() == [account.id]:
        raise Conflict(f"{account.name} is the last administrator. Make another one first.")


def _link(session: Session, account: Account) -> InvitedAccount:
    made, expires_at = secret(), now() + LINK_LASTS
    session.merge(PasswordLink(account_id=account.id, hash=digest(made), expires_at=expires_at))
    return InvitedAccount(_view(account), made, expires_at)


def _invited(session: Session, link: str) -> PasswordLink:
    asked = select(PasswordLink).where(PasswordLink.hash == digest(link), PasswordLink.expires_at > now())
    found = session.scalar(asked)
    if found is None or found.account.disabled:
        raise Gone(
            "It was used, replaced by a newer one, or is older than two days. "
            "If you have chosen your password, log in. Otherwise ask an administrator for a new link."
        )
    return found


def _open_token(account: Account) -> ColumnElement[bool]:
    return (ApiToken.account_id == account.id) & ApiToken.revoked_at.is_(None)


def _view(account: Account) -> AccountView:
    return AccountView(
        name=account.name,
        full_name=account.full_name,
        role=account.role,
        disabled=account.disabled,
        awaits_password=account.password_hash is None and account.oidc_subject is None,
        from_provider=account.oidc_subject is not None,
        second_factor=account.totp_secret is not None,
        created_at=account.created_at,
    )
