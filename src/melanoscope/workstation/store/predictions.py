"""What bundles said, and which of them may speak."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from melanoscope.prediction import Outcome
from melanoscope.workstation.store.base import Base
from melanoscope.workstation.store.cases import Photograph
from melanoscope.workstation.store.words import BundleState


class InstalledBundle(Base):
    """At most one is promoted. `shipped` is the one that comes with the package; each other one lies in a folder of its
    digest's name.
    """

    __tablename__ = "bundles"

    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created: Mapped[str]
    licence: Mapped[str]
    shipped: Mapped[bool] = mapped_column(default=False)
    state: Mapped[BundleState]
    installed_at: Mapped[datetime]
    promoted_at: Mapped[datetime | None]
    promoted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class StoredPrediction(Base):
    """What one bundle said of one photograph, once and for all; `melanoscope.prediction.Prediction` has the units.

    `saliency` and `features` are arrays as `arrays.pack` writes them, and large: they are read where asked for. Of an
    unreadable photograph only `outcome` and `reason` are known. `round` is 0 the first time, and counts how often the
    bundle was asked again: the last row of a photograph is what is said of it.
    """

    __tablename__ = "predictions"
    __table_args__ = (UniqueConstraint("photograph_id", "bundle_digest", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    photograph_id: Mapped[int] = mapped_column(ForeignKey("photographs.id"))
    photograph: Mapped[Photograph] = relationship()
    bundle_digest: Mapped[str] = mapped_column(ForeignKey("bundles.digest"), index=True)
    bundle: Mapped[InstalledBundle] = relationship()
    round: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Outcome]
    reason: Mapped[str]
    melanoma: Mapped[float | None]
    diagnosis: Mapped[str | None]
    probabilities: Mapped[list[float] | None]
    possible: Mapped[list[str]]
    quality: Mapped[list[dict[str, Any]]]
    outlyingness: Mapped[float]
    saliency: Mapped[bytes | None] = mapped_column(deferred=True)
    features: Mapped[bytes | None] = mapped_column(deferred=True)
    made_at: Mapped[datetime]
