"""What a bundle's network saw of the reference photographs that come with the package."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from melanoscope.workstation.store.base import Base


class ReferenceFeatures(Base):
    """`features` is an array as `arrays.pack` writes it: one row for each photograph, in the order of their names."""

    __tablename__ = "reference_features"

    bundle_digest: Mapped[str] = mapped_column(ForeignKey("bundles.digest"), primary_key=True)
    features: Mapped[bytes]
