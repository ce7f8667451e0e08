"""Who reads blind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from melanoscope.workstation.store.base import Base


class BlindedReader(Base):
    """A person from whom every case's model is hidden until they have committed a reading of it."""

    __tablename__ = "blinded_readers"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    since: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
