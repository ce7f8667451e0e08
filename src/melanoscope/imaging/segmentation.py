"""Where the lesion lies, found by classical segmentation: no network, no training; it fails on some photographs.

The photograph is squashed to 64×64, hair is closed away, dark corners are left out and the fall of light towards the
edge is levelled. What is darker than the skin is then thresholded (Otsu, IEEE Trans. Syst. Man Cybern. 9:62, 1979),
and of its connected parts the thickest near the centre is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from melanoscope.imaging import morphology
from melanoscope.imaging.colour import lab

Mask = NDArray[np.bool_]
Plane = NDArray[np.float64]

LOWEST_CONTRAST = 6.0
"""Below, in ΔE*ab, what was found is as likely the skin's own unevenness."""

_SIDE = 64
_SMALLEST, _LARGEST = 0.002, 0.95
_BLACK = 60
"""The brightest channel of what lies outside a round field of view."""

_Y, _X = np.mgrid[-1 : 1 : _SIDE * 1j, -1 : 1 : _SIDE * 1j]
_OUTER = np.asarray(np.maximum(abs(_X), abs(_Y)) > 0.75)
_CENTRAL = np.exp(-(_X**2 + _Y**2) / (2 * 0.5**2))
_FALL = np.stack([np.ones_like(_X), _X, _Y, _X**2 + _Y**2])
_CORNERS = np.zeros((_SIDE, _SIDE), bool)
_CORNERS[[0, 0, -1, -1], [0, -1, 0, -1]] = True


@dataclass(frozen=True)
class Lesion:
    """The lesion of one photograph.

    `mask` is bool (h, w). `contrast` is the CIELAB difference (ΔE*ab, above 0) of the median colours of lesion and
    skin. `area` is the mask's share of the photograph, `touches` the share of the mask's outline that lies on the
    edge of the photograph or of its round field of view: 0 where the lesion is seen whole.
    """

    mask: Mask = field(repr=False)
    contrast: float
    area: float
    touches: float


def lesion(pixels: NDArray[np.uint8]) -> Lesion | None:
    """The lesion in a photograph of shape (h, w, 3), sRGB; None where nothing stands out from the skin."""
    small = _without_hair(pixels)
    seen = field_of_view(small)
    if not seen.any():
        return None
    level = _levelled(small, seen)
    dark = _dark(level, seen)
    mask = _central_part(dark)
    skin = seen & ~morphology.dilate(dark, 5)
    if not _SMALLEST < mask.mean() < _LARGEST or not skin.any():
        return None
    contrast = _difference(level[mask], level[skin])
    if contrast < LOWEST_CONTRAST:
        return None
    rim = morphology.outline(mask)
    touches = float((rim & morphology.outline(seen)).sum() / rim.sum())
    return Lesion(_enlarged(mask, pixels), contrast, float(mask.mean()), touches)


def field_of_view(small: NDArray[np.uint8]) -> Mask:
    """Where a 64×64 photograph shows skin: not the black corners around a round field of view, nor their blurred rim."""
    black = morphology.reconstruct(_CORNERS, np.asarray(small.max(axis=-1) < _BLACK))
    return ~morphology.dilate(black, 5)


def _without_hair(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    small = Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    closed = morphology.close(np.asarray(small), 3)
    return np.asarray(Image.fromarray(closed).filter(ImageFilter.GaussianBlur(1)))


def _levelled(small: NDArray[np.uint8], seen: Mask) -> Plane:
    """The photograph under even light: a plane and a fall towards the edge, fitted to the skin, are divided out."""
    light = small.mean(axis=-1) + 1.0
    log, skin, fall = np.log(light), seen, np.zeros_like(light)
    for _ in range(3):
        terms = _FALL[:, skin]
        weights = np.linalg.solve(terms @ terms.T + 1e-3 * np.eye(4), terms @ log[skin])
        weights[3] = min(weights[3], 0)  # a lens loses light towards the edge; the opposite is a dark lesion
        fall = np.tensordot(weights, _FALL, axes=1)
        skin = seen & (log > fall - 0.05)
    gain = np.exp(np.median(fall[seen]) - fall)
    return np.minimum(small * gain[..., None], 255)


def _dark(level: Plane, seen: Mask) -> Mask:
    """What is darker than the skin, in any channel; the skin is first taken near the edge, then outside what is dark."""
    dark = np.zeros_like(seen)
    skin = seen & _OUTER
    for _ in range(3):
        if not skin.any():
            break
        depth = np.minimum(level - np.median(level[skin], axis=0), 0)
        darkness = np.sqrt((depth**2).sum(axis=-1))
        dark = seen & (darkness > _otsu(darkness[seen]))
        skin = seen & ~morphology.dilate(dark, 5)
    return dark


def _otsu(values: Plane) -> float:
    """The threshold that parts `values` into two with the greatest variance between them."""
    counts, edges = np.histogram(values, 64)
    below = np.cumsum(counts)[:-1]
    sums = np.cumsum(counts * (edges[1:] + edges[:-1]) / 2)
    above = len(values) - below
    between = (sums[:-1] / below - (sums[-1] - sums[:-1]) / np.maximum(above, 1)) ** 2 * below * above
    return float(edges[1 + int(between.argmax())])


def _central_part(dark: Mask) -> Mask:
    """The connected part that is thickest near the centre, with its holes filled."""
    blurred = Image.fromarray(dark.astype(np.uint8) * 255).filter(ImageFilter.GaussianBlur(3))
    seed = np.zeros_like(dark)
    seed.flat[int((np.asarray(blurred) * _CENTRAL * dark).argmax())] = True
    return morphology.fill(morphology.reconstruct(seed, dark))


def _difference(lesion: Plane, skin: Plane) -> float:
    return float(np.linalg.norm(lab(np.median(lesion, axis=0)) - lab(np.median(skin, axis=0))))


def _enlarged(mask: Mask, pixels: NDArray[np.uint8]) -> Mask:
    height, width, _ = pixels.shape
    large = Image.fromarray(mask.astype(np.uint8) * 255).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(large) > 127
