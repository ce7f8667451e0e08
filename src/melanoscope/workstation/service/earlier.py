"""Earlier photographs of the same lesion, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.data.decode import decode
from melanoscope.imaging.change import LesionChange, Look, change, look
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.service.cases import find_photograph
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.store.cases import Case, Photograph


@dataclass(frozen=True)
class EarlierPhotograph:
    """A photograph of the same lesion that was added before; `case` is the id of the visit that it belongs to."""

    id: str
    case: str
    added_at: datetime


@dataclass(frozen=True)
class Shot:
    """A stored photograph; `mm2` is how much skin it shows, None where nobody has said how large a pixel is."""

    id: str
    sha256: str
    added_at: datetime
    mm2: float | None


@dataclass(frozen=True)
class PhotographComparison:
    """`change` is None where one of the lesions was not found. Areas are in mm², None where the scale is unknown."""

    change: LesionChange | None
    before_mm2: float | None
    after_mm2: float | None


def photographs(session: Session, case: Case) -> list[EarlierPhotograph]:
    """Those of earlier visits, the latest first."""
    asked = (
        select(Photograph, Case.public_id)
        .join(Case, Photograph.case_id == Case.id)
        .where(Case.lesion_id == case.lesion_id, Case.received_at < case.received_at, Photograph.sha256.is_not(None))
        .order_by(Photograph.added_at.desc(), Photograph.id.desc())
    )
    return [
        EarlierPhotograph(photograph.public_id, of, photograph.added_at) for photograph, of in session.execute(asked)
    ]


def pair(session: Session, actor: Actor, before: str, after: str) -> tuple[Shot, Shot]:
    """Two photographs that are looked at together; NotFound where they are not of one lesion, or not stored."""
    earlier, later = find_photograph(session, before), find_photograph(session, after)
    if earlier.case.lesion_id != later.case.lesion_id:
        raise NotFound
    shots = _shot(earlier), _shot(later)
    detail = {"before": earlier.public_id, "after": later.public_id}
    audit_log.append(session, actor, "case.compare", f"case:{later.case.public_id}", detail)
    return shots


def compare(kept: Photographs, before: Shot, after: Shot) -> PhotographComparison:
    """What can be measured of the two; UnreadableImage where a file has gone. Outside of a transaction: it decodes."""
    then, now = (look(decode(kept.thumbnail(each.sha256))) for each in (before, after))
    return PhotographComparison(change(then, now) if then and now else None, _mm2(then, before), _mm2(now, after))


def _mm2(seen: Look | None, shot: Shot) -> float | None:
    return seen.area * shot.mm2 if seen and shot.mm2 else None


def _shot(photograph: Photograph) -> Shot:
    if photograph.sha256 is None or photograph.width is None or photograph.height is None:
        raise NotFound
    pixels, side = photograph.width * photograph.height, photograph.pixel_mm
    return Shot(photograph.public_id, photograph.sha256, photograph.added_at, pixels * side**2 if side else None)
