"""What a shortcut probe is shown of a photograph: anything but what a dermatologist would look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from melanoscope.data.decode import decode_within, pixel_size, quantisation
from melanoscope.imaging import morphology
from melanoscope.study.masks import Masks

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Features = NDArray[np.float64]

LONGEST = 512
_GRID = 20
_FRAME = _GRID // 10
_MARGIN = 0.04
"""By which share of the shorter side a mask is widened, so that the lesion's rim is neither left nor cut."""


@dataclass(frozen=True)
class Spot:
    """A lesion: its `mask` (h, w), the same `wide` with a margin, and `skin` (3,), the median colour beside it."""

    mask: Mask
    wide: Mask
    skin: Pixels

    @classmethod
    def of(cls, pixels: Pixels, mask: Mask | None) -> Spot | None:
        """None where no lesion is known, or nothing is left beside it."""
        if mask is None:
            return None
        margin = 1 + 2 * round(_MARGIN * min(mask.shape))
        wide = morphology.dilate(mask, margin)
        beside = np.asarray(morphology.dilate(wide, margin) & ~wide)
        return cls(mask, wide, np.asarray(np.median(pixels[beside], axis=0), np.uint8)) if beside.any() else None

    @property
    def box(self) -> Mask:
        """The smallest upright rectangle around the lesion and its margin."""
        return np.asarray(self.wide.any(axis=1, keepdims=True) & self.wide.any(axis=0, keepdims=True))


@dataclass(frozen=True)
class View:
    """A photograph, `pixels` (h, w, 3) with neither side above `LONGEST`, and its lesion, if one was found."""

    path: Path
    pixels: Pixels
    spot: Spot | None

    @classmethod
    def of(cls, path: Path, masks: Masks) -> View:
        """UnreadableImage where it cannot be decoded."""
        pixels = decode_within(path, LONGEST)
        return cls(path, pixels, Spot.of(pixels, masks.of(path, pixels)))


def without_lesion(view: View) -> Pixels | None:
    """The lesion painted over in the skin's colour: what is left of it is its outline, and what was not found of it."""
    return _painted(view.pixels, view.spot.wide, view.spot.skin) if view.spot else None


def without_box(view: View) -> Pixels | None:
    """The box around the lesion painted over: of the lesion, its width and height are left."""
    return _painted(view.pixels, view.spot.box, view.spot.skin) if view.spot else None


def lesion_only(view: View) -> Pixels | None:
    """All but the lesion and its margin painted over in the skin's colour."""
    return _painted(view.pixels, ~view.spot.wide, view.spot.skin) if view.spot else None


def border_only(view: View) -> Pixels:
    """The outer tenth at each side, and all within it painted over in its median colour."""
    height, width, _ = view.pixels.shape
    y, x = max(1, height // 10), max(1, width // 10)
    within = np.zeros((height, width), bool)
    within[y : height - y, x : width - x] = True
    return _painted(view.pixels, within, np.asarray(np.median(view.pixels[~within], axis=0), np.uint8))


def border(view: View) -> Features:
    """The colours of the outer tenth at each side, on a grid of 20×20: (432,)."""
    ring = np.ones((_GRID, _GRID), bool)
    ring[_FRAME:-_FRAME, _FRAME:-_FRAME] = False
    return _grid(view.pixels)[ring].ravel()


def surroundings(view: View) -> Features | None:
    """The colours of the photograph without its lesion on a grid of 20×20, and their mean and deviation: (1206,)."""
    bare = without_lesion(view)
    return None if bare is None else np.concatenate([_grid(bare).ravel(), _moments(bare)])


def colours(view: View) -> Features:
    """Mean and standard deviation of red, green and blue: (6,)."""
    return _moments(view.pixels)


def file(view: View) -> Features:
    """Width, height, the logarithm of the bytes, and the sum of a JPEG's quantisation tables: (4,)."""
    width, height = pixel_size(view.path)
    return np.array([width, height, log(view.path.stat().st_size), quantisation(view.path)], dtype=np.float64)


def outline(view: View) -> Features | None:
    """The lesion's area, width and height as shares of the photograph's, and how often its outline is as long as that
    of a disc of its area: (4,).
    """
    if view.spot is None:
        return None
    mask = view.spot.mask
    length, of_disc = morphology.outline(mask).sum(), np.sqrt(4 * np.pi * mask.sum())
    return np.array([mask.mean(), mask.any(axis=0).mean(), mask.any(axis=1).mean(), length / of_disc])


SIGHTS: Mapping[str, Callable[[View], Features | None]] = {
    "border": border,
    "photograph without lesion": surroundings,
    "files as given: size, compression": file,
    "colours: mean and spread": colours,
    "outline of the lesion": outline,
}
"""What a small classifier sees, in words; None where it cannot see it, for no lesion was found."""

SHOWN: Mapping[str, Callable[[View], Pixels | None]] = {
    "the bundle: border alone": border_only,
    "the bundle: no lesion": without_lesion,
    "the bundle: no box around it": without_box,
    "the bundle: lesion alone": lesion_only,
}
"""Changed photographs that the bundle itself is asked about."""


def _grid(pixels: Pixels) -> Features:
    """Mean colours of 20×20 fields, in [0, 1]: (20, 20, 3)."""
    small = Image.fromarray(pixels).resize((_GRID, _GRID), Image.Resampling.BOX)
    return np.asarray(small, np.float64) / 255


def _moments(pixels: Pixels) -> Features:
    return np.concatenate([pixels.mean(axis=(0, 1)), pixels.std(axis=(0, 1))]) / 255


def _painted(pixels: Pixels, where: Mask, colour: Pixels) -> Pixels:
    return np.where(where[..., None], colour, pixels)
