"""Mathematical morphology on small arrays: squares, reconstruction, holes. Fast in numpy alone below some 256 px."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", np.bool_, np.uint8)
Mask = NDArray[np.bool_]


def dilate(image: NDArray[Scalar], side: int) -> NDArray[Scalar]:
    """The maximum in a square of `side` (odd) pixels around each of an image (h, w, …), as far as it goes."""
    return _along(_along(image, side, 0, np.maximum), side, 1, np.maximum)


def erode(image: NDArray[Scalar], side: int) -> NDArray[Scalar]:
    """The minimum in a square of `side` (odd) pixels around each of an image (h, w, …), as far as it goes."""
    return _along(_along(image, side, 0, np.minimum), side, 1, np.minimum)


def close(image: NDArray[Scalar], side: int) -> NDArray[Scalar]:
    """Without what is darker and narrower than `side` (odd) pixels, such as hair."""
    return erode(dilate(image, side), side)


def open(image: NDArray[Scalar], side: int) -> NDArray[Scalar]:
    """Without what is brighter and narrower than `side` (odd) pixels."""
    return dilate(erode(image, side), side)


def reconstruct(marker: Mask, mask: Mask) -> Mask:
    """The 4-connected parts of `mask` (h, w) that hold a pixel of `marker` (h, w).

    Geodesic reconstruction (Vincent, IEEE Trans. Image Process. 2:176, 1993), by whole runs along rows, then columns.
    """
    rows, columns = _number_runs(mask), _number_runs(mask.T)
    reached, before = marker & mask, -1
    while (count := int(np.count_nonzero(reached))) != before:
        before = count
        reached = _holding(_holding(reached, rows).T, columns).T
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
    folded = image.copy()
    for step in range(1, side // 2 + 1):
        later = (slice(None),) * axis + (slice(step, None),)
        earlier = (slice(None),) * axis + (slice(None, -step),)
        fold(folded[later], image[earlier], out=folded[later])
        fold(folded[earlier], image[later], out=folded[earlier])
    return folded


def _number_runs(mask: Mask) -> NDArray[np.int64]:
    """The runs along rows, numbered from 1; 0 outside."""
    starts = mask.copy()
    starts[:, 1:] &= ~mask[:, :-1]
    return np.where(mask, np.cumsum(starts).reshape(mask.shape), 0)


def _holding(marker: Mask, numbers: NDArray[np.int64]) -> Mask:
    """The numbered runs that hold a pixel of `marker`."""
    hit = np.zeros(int(numbers.max()) + 1, bool)
    hit[numbers[marker]] = True
    hit[0] = False
    return hit[numbers]
