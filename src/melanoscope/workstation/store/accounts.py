"""Who may come in: accounts, their sessions in a browser, and the tokens of programs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.store.base import Base
from melanoscope.workstation.store.words import Role


class Account(Base):
    """A named person. Accounts are disabled, never deleted: the audit log and decisions name them."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    """As it is typed at login, in lower case."""
    full_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str | None]
    role: Mapped[Role]
    password_hash: Mapped[str | None]
    """None for who comes from an identity provider."""
    oidc_subject: Mapped[str | None] = mapped_column(unique=True)
    totp_secret: Mapped[str | None]
    totp_pending: Mapped[str | None]
    """A secret that no code has proved yet."""
    totp_last_step: Mapped[int | None]
    """The last code's time step: none is taken twice."""
    language: Mapped[str | None]
    """None for what the browser asks for."""
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class LoginSession(Base):
    """A browser that is logged in. Only the hash of its cookie is kept."""

    __tablename__ = "login_sessions"

    hash: Mapped[str] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    account: Mapped[Account] = relationship(lazy="joined")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime] = mapped_column(default=now)
    """When the person last proved who they are."""
    awaits_code: Mapped[bool] = mapped_column(default=False)
    """The password was right, the second factor is still to come: nothing else may be done."""
    address: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="")


class ApiToken(Base):
    """A program's key. `scopes` are `Scope`s: what it may use of what its account may."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    account: Mapped[Account] = relationship(lazy="joined")
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
