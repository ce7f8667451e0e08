"""Where the evidence lies in a photograph, as a picture."""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.report.overlay import overlay
from melanoscope.workstation.arrays import unpack
from melanoscope.workstation.service.cases import find_photograph
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.store.predictions import StoredPrediction


def activation_map(session: Session, photograph_id: str) -> bytes:
    """The last prediction's class activation map as a PNG with transparency; NotFound where there is none."""
    photograph = find_photograph(session, photograph_id)
    last = select(StoredPrediction.saliency).where(StoredPrediction.photograph_id == photograph.id)
    saliency = session.scalar(last.order_by(StoredPrediction.id.desc()).limit(1))
    if saliency is None:
        raise NotFound
    file = BytesIO()
    Image.fromarray(overlay(unpack(saliency))).save(file, "PNG")
    return file.getvalue()
