"""How photographs are coloured, by which it is seen that a camera or a light has changed."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from melanoscope.workstation.store.base import Base


class PhotographColours(Base):
    """Means over a photograph, as `inference.outliers.colours` has them: lightness in [0, 1], the others in [-1, 1]."""

    __tablename__ = "photograph_colours"

    photograph_id: Mapped[int] = mapped_column(ForeignKey("photographs.id"), primary_key=True)
    lightness: Mapped[float]
    red_green: Mapped[float]
    blue_green: Mapped[float]
