"""Fingerprint: what the audit keeps of a photograph once it has been decoded."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.console import track
from melanoscope.data.decode import content, decode, quantisation
from melanoscope.data.phash import SIDE, brightness, variants
from melanoscope.errors import UnreadableImage


@dataclass(frozen=True)
class Fingerprint:
    """One photograph, without its pixels.

    `sha256` is of the file's bytes, `pixels_sha256` of its shape and decoded pixels, both in hexadecimal. `hashes` are
    its perceptual hashes in the eight orientations, uint64 (8,), and `detail` is what
    `local_contrast` gives, int8 (32, 32).
    `width` and `height` are in pixels, `size` in bytes; `quantisation` is the sum of the JPEG's tables, 0 where it is
    none: the larger, the stronger the compression.
    """

    sha256: str
    pixels_sha256: str
    width: int
    height: int
    size: int
    quantisation: int
    hashes: NDArray[np.uint64] = field(repr=False, compare=False)
    detail: NDArray[np.int8] = field(repr=False, compare=False)

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def phash(self) -> int:
        """The perceptual hash of the photograph as it lies."""
        return int(self.hashes[0])

    @property
    def above(self) -> NDArray[np.bool_]:
        """Where `detail` is above 0, (32, 32): what tells near copies from what only looks alike."""
        return self.detail > 0

    @property
    def signs(self) -> str:
        """`above` in base 64."""
        return base64.b64encode(np.packbits(self.above).tobytes()).decode("ascii")


def above(signs: str) -> NDArray[np.bool_]:
    """What `Fingerprint.signs` was made of, (32, 32)."""
    return np.unpackbits(np.frombuffer(base64.b64decode(signs), np.uint8)).astype(bool).reshape(SIDE, SIDE)


def fingerprint(path: Path) -> Fingerprint:
    """Read and decode one photograph; UnreadableImage, with the reason, where it is none."""
    given = content(path)
    pixels = decode(given)
    luma = brightness(pixels)
    height, width, _ = pixels.shape
    return Fingerprint(
        sha256=hashlib.sha256(given).hexdigest(),
        pixels_sha256=_pixels_sha256(pixels),
        width=width,
        height=height,
        size=len(given),
        quantisation=quantisation(given),
        hashes=variants(luma),
        detail=local_contrast(luma),
    )


def local_contrast(luma: NDArray[np.float64]) -> NDArray[np.int8]:
    """Each place of a `brightness` against its surroundings of 5×5, in their standard deviations: int8 (32, 32).

    Ten a standard deviation. What photographs of one camera share, such as dark corners, the light and the colour of
    the skin, is gone; what tells one lesion from another stays, such as hairs and the pigment's pattern.
    """
    difference = luma - _BOX @ luma @ _BOX.T
    deviation = np.sqrt(_BOX @ difference**2 @ _BOX.T)
    contrast: NDArray[np.float64] = difference / (deviation + _NOISE)
    return np.rint(10 * contrast).clip(-127, 127).astype(np.int8)


def _box() -> NDArray[np.float64]:
    """The matrix of a running mean over 5 places, fewer at the ends: (32, 32)."""
    place = np.arange(SIDE)
    near = (abs(place[:, None] - place) <= 2).astype(np.float64)
    means: NDArray[np.float64] = near / near.sum(axis=1, keepdims=True)
    return means


_BOX = _box()
_NOISE = 4 * 16.0  # four grey levels: what is weaker is the JPEG's noise


def fingerprints(paths: Sequence[Path]) -> list[Fingerprint | UnreadableImage]:
    """Of every path, in order, with a progress bar; on all cores; no more than one photograph a core is in memory."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(track(pool.map(_attempt, paths), "Reading photographs", total=len(paths)))


def _attempt(path: Path) -> Fingerprint | UnreadableImage:
    try:
        return fingerprint(path)
    except UnreadableImage as error:
        return error


def _pixels_sha256(pixels: NDArray[np.uint8]) -> str:
    digest = hashlib.sha256(str(pixels.shape).encode())
    digest.update(pixels.tobytes())
    return digest.hexdigest()
