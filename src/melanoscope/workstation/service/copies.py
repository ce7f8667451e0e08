"""Photographs that come again are recognised, and told: nothing is dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from melanoscope.data.duplicates import alike, normalised, similar
from melanoscope.workstation.likeness import Likeness, packed, unpacked_signs
from melanoscope.workstation.photographs import Taken
from melanoscope.workstation.service.hashes import known
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.keeping import StoredLikeness

_NONE = bytes(128)
"""The signs of what was erased meanwhile: like nothing."""


@dataclass(frozen=True)
class RepeatedPhotograph:
    """The earlier photograph that one repeats: its very file, or a near copy of another size, quality or turn."""

    case: str
    photograph: str
    added_at: datetime
    is_same_file: bool


def note(session: Session, photograph: Photograph, taken: Taken) -> None:
    """Keep what a new photograph is recognised by, and which earlier one it repeats."""
    phash, signs = packed(taken.likeness) if taken.likeness else (None, None)
    same = _same_file(session, photograph)
    near = _near(session, taken.likeness) if taken.likeness and same is None else None
    session.add(
        StoredLikeness(
            photograph_id=photograph.id,
            phash=phash,
            signs=signs,
            copy_of_id=same or near,
            is_same_file=same is not None,
        )
    )


def of(session: Session, photograph_ids: Iterable[int]) -> dict[int, RepeatedPhotograph]:
    """What those of these photographs repeat that repeat one."""
    asked = (
        select(StoredLikeness.photograph_id, StoredLikeness.is_same_file, Photograph, Case.public_id)
        .join(Photograph, StoredLikeness.copy_of_id == Photograph.id)
        .join(Case, Photograph.case_id == Case.id)
        .where(StoredLikeness.photograph_id.in_(list(photograph_ids)), Photograph.erased_at.is_(None))
    )
    return {
        id_: RepeatedPhotograph(case, earlier.public_id, earlier.added_at, is_same)
        for id_, is_same, earlier, case in session.execute(asked)
    }


def count(session: Session, case_ids: Iterable[str]) -> int:
    """How many photographs of these cases repeat an earlier one."""
    asked = (
        select(func.count())
        .select_from(StoredLikeness)
        .join(Photograph, StoredLikeness.photograph_id == Photograph.id)
        .join(Case, Photograph.case_id == Case.id)
        .where(Case.public_id.in_(list(case_ids)), StoredLikeness.copy_of_id.is_not(None))
    )
    return session.scalar(asked) or 0


def _same_file(session: Session, photograph: Photograph) -> int | None:
    """The first photograph that came with the same bytes, or is stored as the same."""
    is_same = Photograph.original_sha256 == photograph.original_sha256
    if photograph.sha256:
        is_same |= Photograph.sha256 == photograph.sha256
    earlier = select(Photograph.id).where(is_same, Photograph.id < photograph.id, Photograph.erased_at.is_(None))
    return session.scalar(earlier.order_by(Photograph.id).limit(1))


def _near(session: Session, found: Likeness) -> int | None:
    """The first photograph of which this is a near copy."""
    ids, hashes = known(session)
    which, orientations = similar(hashes, found)
    if not which.size:
        return None
    candidates: list[int] = ids[which].tolist()
    chosen = select(StoredLikeness).where(StoredLikeness.photograph_id.in_(candidates))
    signs = {each.photograph_id: each.signs or _NONE for each in session.scalars(chosen)}
    details = normalised(unpacked_signs([signs.get(id_, _NONE) for id_ in candidates]))
    are_copies = alike(details, found, orientations)
    return next((id_ for id_, is_copy in zip(candidates, are_copies, strict=True) if is_copy), None)
