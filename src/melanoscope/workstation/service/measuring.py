"""How large a pixel of a photograph is on the skin, so that a page can draw a scale."""

from __future__ import annotations

from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service.cases import find_photograph
from melanoscope.workstation.service.errors import Invalid

NARROWEST, WIDEST = 1.0, 300.0
"""A dermoscopic photograph shows so much skin along its longer side, in mm."""


def set_scale(session: Session, actor: Actor, photograph_id: str, longer_side_mm: float) -> str:
    """Note that the photograph shows `longer_side_mm` of skin along its longer side; the id of its case.

    Invalid where no dermatoscope shows so little or so much, NotFound where there is no photograph.
    """
    photograph = find_photograph(session, photograph_id)
    if photograph.width is None or photograph.height is None:
        raise Invalid("This photograph could not be read, and has no scale.")
    if not NARROWEST <= longer_side_mm <= WIDEST:
        raise Invalid(f"A photograph shows {NARROWEST:g} to {WIDEST:g} mm of skin.")
    photograph.pixel_mm = longer_side_mm / max(photograph.width, photograph.height)
    detail = {"photograph": photograph.public_id, "pixel_mm": photograph.pixel_mm}
    audit_log.append(session, actor, "photograph.scale", f"case:{photograph.case.public_id}", detail)
    return photograph.case.public_id
