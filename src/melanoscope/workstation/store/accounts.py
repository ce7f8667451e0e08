"""Who may come in: accounts, their sessions in a browser, and the tokens of programs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
    totp_last_step: Mapped[int | None]
    """The last code's time step: none is taken twice."""
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class LoginSession(Base):
    """A browser that is logged in. Only the hash of its cookie is kept."""

    __tablename__ = "login_sessions"

    hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    account: Mapped[Account] = relationship(lazy="joined")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiToken(Base):
    """A program's key. `scopes` are the roles that it may use, at most those of its account."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    account: Mapped[Account] = relationship(lazy="joined")
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
