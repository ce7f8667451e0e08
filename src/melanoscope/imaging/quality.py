"""Whether a photograph will do: measures, and what a photographer can do about them.

All is measured on the photograph squashed to 224×224: triage has only that,
and a blur counts where the network sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from melanoscope.imaging import morphology
from melanoscope.imaging.segmentation import Lesion, lesion
from melanoscope.prediction import QualityIssue, told_apart

SIDE = 224
_ROUNDING = (4**2 + 4) / 12
_BLACK, _WHITE = 40, 250
_GLARING = 240
_GLARE_HEIGHT = 40
_WIDEST_GLARE = 15
"""In 56ths of the side: what is white and wider is pale skin or paper."""

_WIDEST_HAIR = 7
_HAIR_DEPTH = 25
"""In 112ths of the side, and in grey levels darker than what is around it."""


@dataclass(frozen=True)
class Quality:
    """What was measured on one photograph.

    `sharpness`: the standard deviation of the Laplacian of luma (Pech-Pacheco et al., ICPR 3:314, 2000) in percent of
    the mean luma, 0 and more, so that a dark photograph is not also called blurred. `brightness`: the luma that one
    pixel in twenty exceeds, in [0, 255], for a black melanoma that fills the frame may be well lit. `bright`: the share
    of pixels that are clipped to white, `glare` the share in small white reflections, `hair` the share in thin dark
    lines beside the lesion, all in [0, 1]. `shorter_side`: of the original, in pixels. `found`: whether there is a
    lesion; then `contrast` is its CIELAB difference from the skin (ΔE*ab), `touches` the share of its outline that the
    frame cuts, in [0, 1]; else both are 0.
    """

    sharpness: float
    brightness: float
    bright: float
    glare: float
    hair: float
    shorter_side: int
    found: bool
    contrast: float
    touches: float


def measure(pixels: NDArray[np.uint8], original: tuple[int, int]) -> Quality:
    """The measures of a photograph of shape (h, w, 3), sRGB; `original` is its size before it was squashed."""
    image = Image.fromarray(pixels)
    if image.size != (SIDE, SIDE):
        image = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    grey, found = image.convert("L"), lesion(np.asarray(image))
    luma, coarse = np.asarray(grey), np.asarray(image.reduce(4))
    palest = np.minimum(np.minimum(coarse[..., 0], coarse[..., 1]), coarse[..., 2])
    return Quality(
        sharpness=100 * _laplacian(luma) / max(float(luma.mean()), 1.0),
        brightness=float(np.percentile(luma[::4, ::4], 95)),
        bright=float((palest >= _WHITE).mean()),
        glare=_glare(palest, found),
        hair=_hair(np.asarray(grey.reduce(2)), found),
        shorter_side=min(original),
        found=found is not None,
        contrast=found.contrast if found else 0.0,
        touches=found.touches if found else 0.0,
    )


def _laplacian(luma: NDArray[np.uint8]) -> float:
    """The standard deviation of the Laplacian, without what rounding to whole grey levels alone would give."""
    grey = luma.astype(np.int16)
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    variance = float((4 * grey[1:-1, 1:-1] - around).var(dtype=np.float32))
    return sqrt(max(variance - _ROUNDING, 0.0))


def _glare(palest: NDArray[np.uint8], found: Lesion | None) -> float:
    """The share of nearly white pixels that stand out from what is around them (white top-hat; Meyer, 1979).

    They must stand out from the skin too, for where that is bleached it is white between the lesion and the frame.
    """
    skin = palest > _BLACK
    if found:
        skin &= ~found.mask[::4, ::4]
    pale = np.median(palest[skin]) if skin.any() else 0.0
    around = np.maximum(morphology.open(palest, _WIDEST_GLARE), pale)
    return float((palest >= np.maximum(around + _GLARE_HEIGHT, _GLARING)).mean())


def _hair(luma: NDArray[np.uint8], found: Lesion | None) -> float:
    """The share of thin dark lines (black top-hat; Meyer, 1979) beside the lesion, which has lines of its own."""
    thin = morphology.close(luma, _WIDEST_HAIR) - luma > _HAIR_DEPTH
    if found:
        thin &= ~morphology.dilate(found.mask[::2, ::2], 5)
    return float(thin.mean())


@dataclass(frozen=True)
class _Rule:
    """What a measure must keep to: beyond `wanted` is advised, beyond `refused` the photograph will not do.

    The measure must be at least `wanted` where `refused` is below it, else at most. The `advice` names both, in the
    format `style` with `places` decimals or as many more as tell them apart.
    """

    kind: str
    of: Callable[[Quality], float]
    wanted: float
    refused: float
    advice: str
    places: int = 0
    style: str = "%"

    def issue(self, quality: Quality) -> QualityIssue | None:
        value = self.of(quality)
        sign = 1 if self.refused < self.wanted else -1
        if sign * value >= sign * self.wanted:
            return None
        said = told_apart(value, self.wanted, self.places, self.style)
        return QualityIssue(self.kind, self.advice.format(*said), sign * value < sign * self.refused)


_RULES = (
    _Rule(
        "blur",
        lambda quality: quality.sharpness,
        1.6,
        1.25,
        "Blurred (sharpness {}, at least {} is wanted): hold still, touch the skin with the lens, focus again.",
        places=1,
        style="f",
    ),
    _Rule(
        "dark",
        lambda quality: quality.brightness,
        115,
        85,
        "Too dark (its brightest parts: {} of 255, at least {} is wanted): turn the light up or expose longer.",
        style="f",
    ),
    _Rule(
        "bright",
        lambda quality: quality.bright,
        0.05,
        0.4,
        "Overexposed ({} of it is pure white, at most {} is wanted): turn the light down or expose shorter.",
    ),
    _Rule(
        "glare",
        lambda quality: quality.glare,
        0.01,
        0.05,
        "Reflections cover {} of it (at most {} is wanted): use polarised light, or more gel without bubbles.",
    ),
    _Rule(
        "small",
        lambda quality: quality.shorter_side,
        160,
        112,
        "Too few pixels ({} on the shorter side, at least {} are wanted): use the camera's original file.",
        style="f",
    ),
    _Rule(
        "cut",
        lambda quality: quality.touches,
        0.25,
        inf,
        "The frame cuts {} of the lesion's outline (at most {} is wanted): step back, or add a wider view.",
    ),
    _Rule(
        "hair",
        lambda quality: quality.hair,
        0.1,
        0.35,
        "Hair covers {} of it (at most {} is wanted): clip the hair, or smooth it aside with gel.",
    ),
)
"""The limits were chosen on the photographs of the roles train and validation of the shipped bundle's split, and on
those of HAM10000's training part, so that each refuses at most 0.3 % of them (benchmarks/quality_gate.py measures it).
That of `small` is half the network's side: what it then sees is made up by enlarging."""

_NO_LESION = QualityIssue(
    "no_lesion", "No lesion stands out from the skin: put it in the middle of the frame and focus on it.", refuses=False
)


def issues(quality: Quality) -> tuple[QualityIssue, ...]:
    """What is wrong with a photograph, what refuses it first; empty for one that will do."""
    found = [issue for rule in _RULES if (issue := rule.issue(quality))]
    if not quality.found:
        found.append(_NO_LESION)
    return tuple(sorted(found, key=lambda issue: not issue.refuses))
