"""What is kept about files: what they are recognised by, which came from watched folders, which are to be removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from melanoscope.workstation.store.base import Base


class StoredLikeness(Base):
    """A photograph's perceptual hash and the signs of its detail, as `likeness.packed` writes them.

    `copy_of_id` is the earlier photograph that it repeats: its very file where `is_same_file`, else a near copy.
    """

    __tablename__ = "likenesses"

    photograph_id: Mapped[int] = mapped_column(ForeignKey("photographs.id"), primary_key=True, autoincrement=False)
    phash: Mapped[int | None] = mapped_column(BigInteger)
    signs: Mapped[bytes | None]
    copy_of_id: Mapped[int | None] = mapped_column(ForeignKey("photographs.id"), index=True)
    is_same_file: Mapped[bool] = mapped_column(default=False)


class WatchedFile(Base):
    """A file of a watched folder that was taken in: no more often than it changed, whatever is killed.

    `path_sha256` is of its path, which may name a patient and is not kept itself. `changed` is in ns, `size` in bytes.
    """

    __tablename__ = "watched_files"

    path_sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    changed: Mapped[int] = mapped_column(BigInteger)
    original_sha256: Mapped[str] = mapped_column(index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    taken_at: Mapped[datetime]


class Removal(Base):
    """Stored bytes that no photograph may refer to any more: the subject of a job that removes them."""

    __tablename__ = "removals"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    asked_at: Mapped[datetime]
