"""A 64-bit perceptual hash, and the hashes of the photograph's flips and rotations from the same transform.

The DCT hash of Zauner (“Implementation and Benchmarking of Perceptual Image Hash Functions”, 2010; pHash): brightness,
averaged to 32×32, its two-dimensional DCT-II, and of the lowest 8×8 frequencies one bit each, set where the coefficient
is above their median. The constant term only says how bright the photograph is: it takes no part in the median, and
its bit is 0.

All sums are of whole numbers and so exact: the hash of a mirrored photograph is the mirrored hash, to the bit.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

SIDE = 32
_LOW = 8


def brightness(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The mean luma (ITU-R BT.601) of `pixels`, uint8 (h, w, 3), in 32×32 equal areas: (32, 32), in [0, 4080].

    In whole sixteenths of a grey level. The aspect is given up, so that a squashed copy of a photograph has the same;
    a flip or a rotation of `pixels` flips or rotates it exactly.
    """
    height, width, _ = pixels.shape
    bands = np.stack([_luma_of_rows(pixels, weights) for weights in _overlaps(height)])
    means: NDArray[np.float64] = bands @ _overlaps(width).T / (height * width)
    return np.rint(means * (16 / 1000))


def phash(pixels: NDArray[np.uint8]) -> int:
    """The 64-bit hash of `pixels`, uint8 (h, w, 3); the number of differing bits is the distance of two photographs."""
    return int(variants(brightness(pixels))[0])


def variants(luma: NDArray[np.float64]) -> NDArray[np.uint64]:
    """The hashes of a `brightness` in the eight orientations of `orient`: uint64 (8,).

    A flip changes the sign of the coefficients whose frequency along it is odd, a transposition transposes them.
    """
    low = _DCT @ luma @ _DCT.T
    return np.array([_bits(each) for each in _oriented_coefficients(low)], dtype=np.uint64)


def orient(image: NDArray[Scalar], orientation: int) -> NDArray[Scalar]:
    """One of the eight flips and rotations of an image (h, w, …), by number.

    Bit 0 mirrors left and right, bit 1 top and bottom, and then bit 2 transposes; 0 is the image itself.
    """
    if orientation & 1:
        image = image[:, ::-1]
    if orientation & 2:
        image = image[::-1]
    return np.swapaxes(image, 0, 1) if orientation & 4 else image


def _overlaps(length: int) -> NDArray[np.float64]:
    """How much of each of `length` pixels lies in each of 32 areas: (32, length), rows sum to `length`.

    In 32nds of a pixel, so that they are whole numbers.
    """
    edges = np.arange(SIDE + 1)[:, None] * length
    pixels = np.arange(length)[None, :] * SIDE
    overlap = np.minimum(edges[1:], pixels + SIDE) - np.maximum(edges[:-1], pixels)
    return overlap.clip(min=0).astype(np.float64)


def _luma_of_rows(pixels: NDArray[np.uint8], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weighted sum of the rows that have a weight: (w,), in thousandths of a grey level; a band, to save memory."""
    inside = np.flatnonzero(weights)
    band = pixels[inside[0] : inside[-1] + 1].astype(np.float64)
    red, green, blue = np.einsum("h,hwc->cw", weights[inside], band)
    luma: NDArray[np.float64] = 299 * red + 587 * green + 114 * blue
    return luma


def _dct_matrix() -> NDArray[np.float64]:
    """The first rows of the DCT-II, in whole 4096ths: (8, 32)."""
    frequency, place = np.arange(_LOW)[:, None], np.arange(SIDE)[None, :]
    cosines: NDArray[np.float64] = np.cos(np.pi * frequency * (2 * place + 1) / (2 * SIDE))
    return np.rint(4096 * cosines)


_DCT = _dct_matrix()
_SIGNS = np.where(np.arange(_LOW) % 2, -1.0, 1.0)
_PLACES = np.uint64(1) << np.arange(_LOW * _LOW, dtype=np.uint64)


def _oriented_coefficients(low: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    flipped = [low, low * _SIGNS, low * _SIGNS[:, None], low * _SIGNS * _SIGNS[:, None]]
    return [*flipped, *(each.T for each in flipped)]


def _bits(coefficients: NDArray[np.float64]) -> np.uint64:
    flat = coefficients.ravel()
    above = flat > np.median(flat[1:])
    above[0] = False
    return np.uint64(_PLACES[above].sum(dtype=np.uint64))
