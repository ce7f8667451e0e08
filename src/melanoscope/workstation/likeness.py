"""Likeness: what a photograph is recognised by when it comes again, in another size, quality or orientation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanoscope.data.fingerprint import local_contrast
from melanoscope.data.phash import SIDE, brightness, variants


@dataclass(frozen=True, eq=False)
class Likeness:
    """`hashes`, uint64 (8,), and `above`, bool (32, 32), as those of `melanoscope.data.fingerprint.Fingerprint`."""

    hashes: NDArray[np.uint64]
    above: NDArray[np.bool_]


def likeness(pixels: NDArray[np.uint8]) -> Likeness:
    """Of a photograph (h, w, 3), of which a thumbnail says enough."""
    luma = brightness(pixels)
    return Likeness(variants(luma), local_contrast(luma) > 0)


def packed(found: Likeness) -> tuple[int, bytes]:
    """The hash as a signed number and the signs, as columns hold them."""
    return int(found.hashes[:1].view(np.int64)[0]), np.packbits(found.above).tobytes()


def unpacked_signs(signs: list[bytes]) -> NDArray[np.bool_]:
    """The signs of n photographs, (n, 32, 32)."""
    packs = np.frombuffer(b"".join(signs), np.uint8).reshape(len(signs), SIDE * SIDE // 8)
    return np.unpackbits(packs, axis=1).astype(bool).reshape(-1, SIDE, SIDE)
