"""What the machinery keeps: the queue, idempotency keys, webhooks, the audit log and settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from melanoscope.workstation.store.base import BY_CODE_POINT, Base
from melanoscope.workstation.store.words import DeliveryState, JobKind


class Job(Base):
    """Something to do once: the row goes when it is done. `subject_id` is a row of the table that the kind is about.

    Nobody takes it before `run_after`, which a lease puts off; `queue.py` has the rules.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index(None, "kind", "run_after"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind]
    subject_id: Mapped[int]
    run_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None]
    created_at: Mapped[datetime]


class IdempotencyKey(Base):
    """A request that was done: asked again with the same key, it is answered and not repeated."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str]
    fingerprint: Mapped[str]
    answer: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Webhook(Base):
    """An address that is told of alerts. `secret` signs what it is sent."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    disabled_at: Mapped[datetime | None]


class Delivery(Base):
    """One event for one webhook, or by e-mail where there is none, kept until it is delivered."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int | None] = mapped_column(ForeignKey("webhooks.id"), index=True)
    event_id: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")


class AuditEntry(Base):
    """One row of the audit log; `audit_log.py` says how the hashes chain."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "action", "seq"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(BY_CODE_POINT)
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The one row that says where the log ends: it is locked while a row is appended, so that the chain cannot fork."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


SMTP_PASSWORD = "smtp_password"
"""The setting that holds the mail server's password."""


class Setting(Base):
    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
