"""Which bundle spoke when, and what others would have said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from melanoscope.prediction import Outcome
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.base import Base
from melanoscope.workstation.store.predictions import InstalledBundle


class Promotion(Base):
    """From `at` on this bundle spoke, until the next promotion; `by_id` is None where the package brought it."""

    __tablename__ = "promotions"

    id: Mapped[int] = mapped_column(primary_key=True)
    bundle_digest: Mapped[str] = mapped_column(ForeignKey("bundles.digest"))
    bundle: Mapped[InstalledBundle] = relationship()
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    by: Mapped[Account | None] = relationship()
    reason: Mapped[str] = mapped_column(default="")


class SilentPrediction(Base):
    """What a bundle that does not speak would have said of a photograph; units as in `StoredPrediction`.

    It is no row of `predictions`, so that nothing that shows what was said can show this.
    """

    __tablename__ = "silent_predictions"
    __table_args__ = (UniqueConstraint("bundle_digest", "photograph_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bundle_digest: Mapped[str] = mapped_column(ForeignKey("bundles.digest"))
    photograph_id: Mapped[int] = mapped_column(ForeignKey("photographs.id"), index=True)
    outcome: Mapped[Outcome]
    reason: Mapped[str]
    melanoma: Mapped[float | None]
    outlyingness: Mapped[float]
    made_at: Mapped[datetime]
