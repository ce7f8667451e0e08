"""Skin tone, estimated from the skin around the lesion.

It is an estimate: lighting, exposure, white balance, the dermatoscope and its pressure change it, so that it says more
of a group of photographs than of one patient. It is not the Fitzpatrick type, which asks how skin burns and tans.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from melanoscope.imaging import morphology
from melanoscope.imaging.colour import lab

_LIMITS = ((55.0, "very light"), (41.0, "light"), (28.0, "intermediate"), (10.0, "tan"), (-30.0, "brown"))
"""Above which angle in degrees a category begins (Chardon et al., Int. J. Cosmet. Sci. 13:191, 1991)."""
CATEGORIES = (*(name for _, name in _LIMITS), "dark")
"""From the lightest."""

_SIDE = 64
_LEAST = 0.02
_BLACK, _WHITE = 40, 250
_MARGIN = 9
"""Close to the outline skin is often reddened or pigmented: half of this, in 64ths of the side, is left out."""


def typology_angle(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float | None:
    """The individual typology angle atan((L* − 50) / b*), in degrees in (-90, 90), of the skin outside `mask` (h, w).

    `pixels` is sRGB of shape (h, w, 3); L* and b* are medians in CIELAB under D65 (Chardon et al., Int. J. Cosmet.
    Sci. 13:191, 1991). None where less than 2 % of the photograph is skin that is neither black nor clipped, or where
    the skin is not yellowish at all (b* not above 0): then its white balance is off, and the angle means nothing.
    """
    small = np.asarray(Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.BOX))
    lesion = np.asarray(Image.fromarray(mask.astype(np.uint8) * 255).resize((_SIDE, _SIDE), Image.Resampling.BOX)) > 0
    brightest = small.max(axis=-1)
    skin = ~morphology.dilate(lesion, _MARGIN) & (brightest > _BLACK) & (brightest < _WHITE)
    if skin.mean() < _LEAST:
        return None
    lightness, _, yellow = np.median(lab(small[skin]), axis=0)
    return math.degrees(math.atan((lightness - 50) / yellow)) if yellow > 0 else None


def category(angle: float) -> str:
    """The name of an angle's category, from `very light` to `dark`."""
    return next((name for above, name in _LIMITS if angle > above), CATEGORIES[-1])
