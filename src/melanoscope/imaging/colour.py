"""From sRGB to CIELAB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""IEC 61966-2-1, from linear light."""

_WHITE = _TO_XYZ.sum(axis=1)
"""D65, as sRGB's own white, so that greys have a* = b* = 0."""


def lab(colours: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.float64]:
    """L* in [0, 100], a* and b* of sRGB colours (…, 3) in [0, 255], for D65 (CIE 15:2004): float64 (…, 3)."""
    signal = np.asarray(colours, np.float64) / 255
    linear = np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)
    relative = linear @ _TO_XYZ.T / _WHITE
    f = np.where(relative > 216 / 24389, np.cbrt(relative), (24389 / 27 * relative + 16) / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
