"""What coming in needs for a while: links to choose a password, recovery codes, known browsers, counted failures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.base import Base


class PasswordLink(Base):
    """A link with which a person chooses a password, once: an account has one at most."""

    __tablename__ = "password_links"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    account: Mapped[Account] = relationship(lazy="joined")
    hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


class RecoveryCode(Base):
    """What comes in once in place of a second factor that was lost."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)


class KnownBrowser(Base):
    """A browser that an account has come in with before: others' wrong guesses do not keep it out."""

    __tablename__ = "known_browsers"

    hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class FailedLogins(Base):
    """How often somebody failed, until when that counts. `key` is a digest that names nobody."""

    __tablename__ = "failed_logins"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class ProviderLogin(Base):
    """A person who was sent to the identity provider and has not come back yet."""

    __tablename__ = "provider_logins"

    state: Mapped[str] = mapped_column(primary_key=True)
    """A digest, as is `browser`."""
    browser: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    next: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)
