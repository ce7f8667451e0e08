"""A case is one lesion at one visit; its most urgent photograph speaks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Computed, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from melanoscope.prediction import Outcome
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.base import Base
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.words import CaseStatus

UNSCORED = len(Outcome)
"""The urgency of a case of which nothing has been said yet: below every other."""

BLINDED = -1
"""The urgency of a case that is to be read blind: first in the list, so that its place is no hint."""

_ALERTED = text("alerted_at IS NOT NULL")
_UNACKNOWLEDGED = text("alerted_at IS NOT NULL AND acknowledged_at IS NULL")


class Case(Base):
    """`urgency`, `precedence`, `received_at` and `id`, all ascending, are the order of the worklist.

    `precedence` is 1 − the melanoma probability of the photograph that speaks, 1 where there is none: so that one
    index serves the order. `version` counts changes, for ETags.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "is_open", "urgency", "precedence", "received_at", "id"),
        Index(None, "urgency", "precedence", "received_at", "id"),
        Index(None, "status", "urgency", "precedence", "received_at", "id"),
        Index("ix_cases_acknowledged", "acknowledged_at", sqlite_where=_ALERTED, postgresql_where=_ALERTED),
        Index("ix_cases_unacknowledged", "alerted_at", sqlite_where=_UNACKNOWLEDGED, postgresql_where=_UNACKNOWLEDGED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    lesion_id: Mapped[int] = mapped_column(ForeignKey("lesions.id"), index=True)
    lesion: Mapped[Lesion] = relationship()
    status: Mapped[CaseStatus] = mapped_column(default=CaseStatus.SCORING)
    is_open: Mapped[bool] = mapped_column(Computed("status <> 'decided'", persisted=True))
    outcome: Mapped[Outcome | None]
    urgency: Mapped[int] = mapped_column(default=UNSCORED)
    precedence: Mapped[float] = mapped_column(default=1.0)
    melanoma: Mapped[float | None]
    speaking_id: Mapped[int | None]
    """The photograph that speaks; no foreign key, for photographs refer to their case already."""
    received_at: Mapped[datetime] = mapped_column(index=True)
    received_from_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    alerted_at: Mapped[datetime | None]
    """When it last became an alert. Until somebody decides the case, it stays one, whatever is said of it later."""
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    acknowledged_by: Mapped[Account | None] = relationship(foreign_keys=acknowledged_by_id)
    escalated_at: Mapped[datetime | None]
    escalated_to_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    """The second reader, where there is one."""
    blinded: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    photographs: Mapped[list[Photograph]] = relationship(
        foreign_keys="Photograph.case_id", order_by="Photograph.id", back_populates="case"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether it is an alert that no named person has seen yet."""
        return self.alerted_at is not None and self.acknowledged_at is None

    @property
    def is_called_back(self) -> bool:
        """Whether it became an alert, nobody has decided it, and another bundle says otherwise by now."""
        is_open = self.status is not CaseStatus.DECIDED
        return self.alerted_at is not None and is_open and self.outcome is not Outcome.ALERT


class Photograph(Base):
    """One file. `sha256` names what is stored, without EXIF, and is None where nothing could be: `unreadable` says why.
    It is None too once `erased_at` is set.

    `original_sha256` is of the file as it came, by which a copy is recognised.
    """

    __tablename__ = "photographs"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    case: Mapped[Case] = relationship(foreign_keys=case_id, back_populates="photographs")
    sha256: Mapped[str | None] = mapped_column(index=True)
    original_sha256: Mapped[str] = mapped_column(index=True)
    original_name: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    pixel_mm: Mapped[float | None]
    """The side of a pixel on the skin, in mm; None where nobody has said."""
    unreadable: Mapped[str | None]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    erased_at: Mapped[datetime | None]
