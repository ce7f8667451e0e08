"""Test-time views: a photograph turned and mirrored, for a lesion has no upright.

What is said of them is averaged: the logits before they become probabilities, and the feature maps once they are
turned back. `benchmarks/views.py` measures what that brings and costs.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

VIEWS = (1, 2, 4, 8)
"""As it is; and mirrored; and both upside down; and all four lying on their side: the square's eight symmetries."""

_QUARTERS = (0, 2, 1, 3)

Values = TypeVar("Values", np.uint8, np.float32)


def views(pixels: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    """The first `n` views, one of `VIEWS`, shape (n, size, size, 3), of a photograph of shape (size, size, 3)."""
    return np.stack([_mirrored(np.rot90(pixels, quarters), i) for i, quarters in _turns(n)])


def turned_back(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of n views' maps, shape (n, c, side, side), each first turned back, shape (c, side, side)."""
    if len(maps) == 1:
        return np.asarray(maps[0])
    upright = np.moveaxis(maps, 1, -1)
    back = np.stack([np.rot90(_mirrored(upright[i], i), -quarters) for i, quarters in _turns(len(maps))])
    return np.moveaxis(np.asarray(back.mean(axis=0)), -1, 0)


def _turns(n: int) -> list[tuple[int, int]]:
    return [(i, _QUARTERS[i // 2]) for i in range(n)]


def _mirrored(turned: NDArray[Values], i: int) -> NDArray[Values]:
    """Every second view, of shape (side, side, …), with left and right exchanged."""
    return turned[:, ::-1] if i % 2 else turned
