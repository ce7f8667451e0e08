"""The colours of a class activation map over a photograph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_STOPS = np.array([(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], np.float64)
"""Viridis at 0, 1/4, 1/2, 3/4 and 1: its lightness rises evenly, also for the colour-blind, and skin has none of it."""

_SIDE = 32
_DENSEST = 0.62
"""Alpha where the evidence is strongest: the lesion's structure must stay visible below it."""


def overlay(saliency: NDArray[np.float32]) -> NDArray[np.uint8]:
    """RGBA of shape (32, 32, 4) for a map of shape (h, w) in [0, 1], to be stretched over the photograph.

    Transparent where nothing speaks for melanoma, denser and lighter where more does.
    """
    smooth = Image.fromarray(saliency).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    strength = np.clip(np.asarray(smooth, np.float64), 0, 1)
    at = np.linspace(0, 1, len(_STOPS))
    planes = [np.interp(strength, at, stops) for stops in _STOPS.T]
    alpha = 255 * _DENSEST * np.minimum(1, 1.5 * strength)
    return np.stack([*planes, alpha], axis=-1).round().astype(np.uint8)
