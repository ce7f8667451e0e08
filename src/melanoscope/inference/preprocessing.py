"""From decoded pixels to what the network takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import Preprocessing


def network_input(pixels: NDArray[np.uint8], preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Squashed photographs, shape (n, size, size, 3), as float32 of shape (n, 3, size, size): (x/255 − mean) / std.

    Division and subtraction are folded into one multiplication and one subtraction, for each pixel costs here.
    """
    std = np.array(preprocessing.std, np.float32)
    scale = 1 / (255 * std)
    offset = np.array(preprocessing.mean, np.float32) / std
    n, height, width, channels = pixels.shape
    planes = np.empty((n, channels, height, width), np.float32)
    np.multiply(pixels.transpose(0, 3, 1, 2), scale[:, None, None], out=planes)
    planes -= offset[:, None, None]
    return planes
