"""How a stored photograph is coloured."""

from __future__ import annotations

from melanoscope.data.decode import decode
from melanoscope.errors import UnreadableImage
from melanoscope.inference.outliers import colours
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.store.cases import Photograph
from melanoscope.workstation.store.colours import PhotographColours


def measured(photographs: Photographs, photograph: Photograph) -> PhotographColours | None:
    """The mean colours of its thumbnail, which are those of the whole; None where there is none."""
    if photograph.sha256 is None:
        return None
    try:
        lightness, red_green, blue_green, *_ = colours(decode(photographs.thumbnail(photograph.sha256))).tolist()
    except UnreadableImage:
        return None
    return PhotographColours(
        photograph_id=photograph.id, lightness=lightness, red_green=red_green, blue_green=blue_green
    )
