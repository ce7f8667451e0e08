"""What people said: signed decisions, and the histology that came later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from melanoscope.prediction import Outcome
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.base import Base
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import DecisionKind


class SignedDecision(Base):
    """Never changed: a later one stands beside it.

    `outcome` and `prediction_id` are what the reader had before them; both are None for a blinded reading.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "blinded", "id"), Index(None, "case_id", "blinded", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[DecisionKind]
    diagnosis: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    outcome: Mapped[Outcome | None]
    prediction_id: Mapped[int | None] = mapped_column(ForeignKey("predictions.id"))
    prediction: Mapped[StoredPrediction | None] = relationship()
    second_reading: Mapped[bool] = mapped_column(default=False)
    blinded: Mapped[bool] = mapped_column(default=False)
    signed_at: Mapped[datetime] = mapped_column(index=True)
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    signed_by: Mapped[Account] = relationship()
    signed_as: Mapped[str]
    """The signature as it was read then: full names change."""


class Histology(Base):
    """What the pathologist found. Never changed: a later one stands beside it, and the last counts."""

    __tablename__ = "histology"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    diagnosis: Mapped[str]
    breslow_mm: Mapped[float | None]
    reported_on: Mapped[date | None]
    """The date of the pathologist's report."""
    remark: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_by: Mapped[Account] = relationship()
