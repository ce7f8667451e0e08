"""Skin tone, estimated from the skin around the lesion: lighting and the dermatoscope change it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CATEGORIES = ((55.0, "very light"), (41.0, "light"), (28.0, "intermediate"), (10.0, "tan"), (-30.0, "brown"))
"""Above which angle in degrees a category begins (Chardon et al., Int. J. Cosmet. Sci. 13:191, 1991)."""


def typology_angle(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float | None:
    """The individual typology angle, in degrees in (-90, 90), of the skin outside `mask` (h, w)."""
    return None


def category(angle: float) -> str:
    """The name of an angle's category, from `very light` to `dark`."""
    return next((name for above, name in _CATEGORIES if angle > above), "dark")
