"""Mathematical morphology on small arrays: squares, reconstruction, holes. Fast in numpy alone below some 256 px."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", np.bool_, np.uint8)
Mask = NDArray[np.bool_]


def dilate(image: NDArray[Scalar], side: int) -> NDArray[Scalar]:
    """The maximum over a square of `side` (odd) pixels around each of an image (h, w, …); its edge is continued."""
    return _along(_along(image, side, 0, np.maximum), side, 1, np.maximum)


def erode(image: NDArray[Scalar], side: int) -> NDArray[Scalar]:
    """The minimum over a square of `side` (odd) pixels around each of an image (h, w, …); its edge is continued."""
    return _along(_along(image, side, 0, np.minimum), side, 1, np.minimum)


def close(image: NDArray[Scalar], side: int) -> NDArray[Scalar]:
    """Without what is darker and narrower than `side` (odd) pixels, such as hair."""
    return erode(dilate(image, side), side)


def reconstruct(marker: Mask, mask: Mask) -> Mask:
    """The 4-connected parts of `mask` (h, w) that hold a pixel of `marker` (h, w).

    Geodesic reconstruction (Vincent, IEEE Trans. Image Process. 2:176, 1993), by whole runs along rows, then columns.
    """
    reached, before = marker & mask, -1
    while (count := int(reached.sum())) != before:
        before = count
        reached = _runs(_runs(reached, mask).T, mask.T).T
    return reached


def fill(mask: Mask) -> Mask:
    """`mask` (h, w) with its holes: what is not connected with the edge."""
    edge = np.ones_like(mask)
    edge[1:-1, 1:-1] = False
    return ~reconstruct(edge, ~mask)


def outline(mask: Mask) -> Mask:
    """The pixels of `mask` (h, w) with a 4-neighbour outside; beyond the image all is outside."""
    padded = np.pad(mask, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return np.asarray(mask & ~inner)


def _along(image: NDArray[Scalar], side: int, axis: int, fold: Callable[..., Any]) -> NDArray[Scalar]:
    reach = side // 2
    padding = [(reach, reach) if each == axis else (0, 0) for each in range(image.ndim)]
    padded = np.moveaxis(np.pad(image, padding, mode="edge"), axis, 0)
    length = image.shape[axis]
    folded = padded[:length].copy()
    for start in range(1, side):
        fold(folded, padded[start : start + length], out=folded)
    return np.moveaxis(folded, 0, axis)


def _runs(marker: Mask, mask: Mask) -> Mask:
    """The runs along rows of `mask` that hold a pixel of `marker`."""
    apart = np.pad(mask, ((0, 0), (0, 1))).ravel()  # so that no run goes on in the next row
    starts = apart.copy()
    starts[1:] &= ~apart[:-1]
    number = np.cumsum(starts) * apart
    hit = np.zeros(int(starts.sum()) + 1, bool)
    hit[number[np.pad(marker, ((0, 0), (0, 1))).ravel()]] = True
    hit[0] = False
    return hit[number].reshape(len(mask), -1)[:, :-1]
