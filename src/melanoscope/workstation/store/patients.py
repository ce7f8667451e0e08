"""Who and what is photographed: patients and their lesions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from melanoscope.workstation.store.base import Base
from melanoscope.workstation.store.words import Sex


class Patient(Base):
    """`reference` is the hospital's own number. Lists show neither it nor the name unless asked."""

    __tablename__ = "patients"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str | None]
    birth_year: Mapped[int | None]
    sex: Mapped[Sex | None]
    history: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Lesion(Base):
    """One lesion, of a patient if one is known. `map_x` and `map_y` are its place on the body map, in [0, 1]."""

    __tablename__ = "lesions"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patients.id"), index=True)
    patient: Mapped[Patient | None] = relationship()
    label: Mapped[str] = mapped_column(default="")
    site: Mapped[str] = mapped_column(default="")
    map_view: Mapped[str | None]
    map_x: Mapped[float | None]
    map_y: Mapped[float | None]
    created_at: Mapped[datetime]
