"""Where the evidence lies in a photograph, as a picture."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.report.overlay import overlay
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.arrays import unpack
from melanoscope.workstation.service.blinding import refuse_veiled
from melanoscope.workstation.service.cases import find_photograph
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.store.predictions import StoredPrediction

LONGER_SIDE = 256


def activation_map(session: Session, actor: Actor, photograph_id: str) -> NDArray[np.float32]:
    """The last prediction's class activation map, as `Prediction.saliency`.

    NotFound where there is none, Conflict where the actor reads the case blind.
    """
    photograph = find_photograph(session, photograph_id)
    refuse_veiled(session, actor, photograph.case)
    last = select(StoredPrediction.saliency).where(StoredPrediction.photograph_id == photograph.id)
    saliency = session.scalar(last.order_by(StoredPrediction.id.desc()).limit(1))
    if saliency is None:
        raise NotFound
    return unpack(saliency)


def drawn(saliency: NDArray[np.float32], size: tuple[int, int]) -> bytes:
    """The map as a PNG with transparency, in the proportions of a photograph of `size` (width, height)."""
    scale = LONGER_SIDE / max(size)
    smooth = Image.fromarray(overlay(saliency)).resize(
        (max(1, round(size[0] * scale)), max(1, round(size[1] * scale))), Image.Resampling.BICUBIC
    )
    file = BytesIO()
    smooth.save(file, "PNG")
    return file.getvalue()
