"""What changed between two photographs of one lesion, as far as two photographs can tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanoscope.imaging import morphology
from melanoscope.imaging.colour import lab
from melanoscope.imaging.segmentation import lesion

GAP, RING = 17, 49
"""Skin is what lies within half of `RING` pixels of the lesion, but not within half of `GAP`: its border is neither."""


@dataclass(frozen=True)
class Look:
    """A lesion and the skin beside it.

    `area` is the lesion's share of the photograph, in (0, 1); `colour` and `skin` are median colours in CIELAB,
    float64 (3,).
    """

    area: float
    colour: NDArray[np.float64]
    skin: NDArray[np.float64]


@dataclass(frozen=True)
class LesionChange:
    """From an earlier photograph to a later one.

    `area` is the later share of the photograph divided by the earlier one: 1 where nothing grew, if both were taken
    from one distance. `colour` and `skin` are CIELAB differences (ΔE*ab, CIE 15:2004) of the median colours of the
    lesion and of the skin beside it: what the skin changed by is light and camera, not the lesion. `contrast` is how
    much farther the lesion's colour is from its own skin's, in ΔE*ab, which the light disturbs less.
    """

    area: float
    colour: float
    skin: float
    contrast: float


def look(pixels: NDArray[np.uint8]) -> Look | None:
    """The lesion of a photograph of shape (h, w, 3), sRGB; None where it is not found, or no skin is seen beside it."""
    found = lesion(pixels)
    if found is None:
        return None
    beside = morphology.dilate(found.mask, RING) & ~morphology.dilate(found.mask, GAP)
    if not beside.any() or not found.mask.any():
        return None
    return Look(found.area, *lab(np.stack([_median(pixels, found.mask), _median(pixels, beside)])))


def change(before: Look, after: Look) -> LesionChange:
    return LesionChange(
        area=after.area / before.area,
        colour=_apart(before.colour, after.colour),
        skin=_apart(before.skin, after.skin),
        contrast=_apart(after.colour, after.skin) - _apart(before.colour, before.skin),
    )


def _median(pixels: NDArray[np.uint8], where: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.asarray(np.median(pixels[where], axis=0), np.float32)


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(one - other))
