"""Stress tests: what may happen to a photograph before it is judged, each seeded and documented.

Lengths are shares of the shorter side, so that a small copy of a photograph is changed as the large one is.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from melanoscope.imaging import artefacts

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Operation:
    """One change of a photograph. `apply` takes uint8 (h, w, 3) and returns a new one, uint8 (h', w', 3)."""

    name: str
    strength: str
    apply: Callable[[Pixels, np.random.Generator], Pixels]


def _tilted(pixels: Pixels, rng: np.random.Generator, degrees: float) -> Pixels:
    """Turned to either side; what comes in at the corners is mirrored skin."""
    height, width, _ = pixels.shape
    margin = min(height, width) // 4
    wide = Image.fromarray(_mirrored_around(pixels, margin))
    turned = wide.rotate(degrees * rng.choice([-1, 1]), Image.Resampling.BICUBIC)
    return np.array(turned.crop((margin, margin, margin + width, margin + height)))


def _turned(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    return np.rot90(pixels, rng.choice([-1, 1])).copy()


def _mirrored(pixels: Pixels, _: np.random.Generator) -> Pixels:
    return pixels[:, ::-1].copy()


def _window(pixels: Pixels, share: float, y: float, x: float) -> Pixels:
    """A window of `share` of each side, `y` and `x` in [0, 1] from the top left to the bottom right corner."""
    height, width, _ = pixels.shape
    tall, wide = max(1, round(height * share)), max(1, round(width * share))
    top, left = round((height - tall) * y), round((width - wide) * x)
    return pixels[top : top + tall, left : left + wide].copy()


def _cropped(pixels: Pixels, rng: np.random.Generator, share: float) -> Pixels:
    return _window(pixels, share, *rng.uniform(0, 1, 2))


def _zoomed_in(pixels: Pixels, _: np.random.Generator, factor: float) -> Pixels:
    return _window(pixels, 1 / factor, 0.5, 0.5)


def _zoomed_out(pixels: Pixels, _: np.random.Generator, factor: float) -> Pixels:
    """As from further away: mirrored skin comes in at the edges."""
    return _mirrored_around(pixels, round((factor - 1) / 2 * min(pixels.shape[:2])))


def _blurred(pixels: Pixels, _: np.random.Generator, share: float) -> Pixels:
    radius = share * min(pixels.shape[:2])
    return np.array(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))


def _noisy(pixels: Pixels, rng: np.random.Generator, deviation: float) -> Pixels:
    return _rounded(pixels + rng.normal(0, deviation, pixels.shape))


def _compressed(pixels: Pixels, _: np.random.Generator, quality: int) -> Pixels:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.array(Image.open(file))


def _lit(pixels: Pixels, _: np.random.Generator, gain: tuple[float, float, float]) -> Pixels:
    return _rounded(pixels * np.array(gain))


def _contrasted(pixels: Pixels, _: np.random.Generator, factor: float) -> Pixels:
    mean = pixels.mean()
    return _rounded(mean + factor * (pixels - mean))


def _mirrored_around(pixels: Pixels, margin: int) -> Pixels:
    return np.pad(pixels, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")


def _rounded(values: NDArray[np.float64]) -> Pixels:
    return np.clip(values, 0, 255).round().astype(np.uint8)


OPERATIONS: tuple[Operation, ...] = (
    Operation("rotation", "15 degrees", partial(_tilted, degrees=15)),
    Operation("rotation", "90 degrees", _turned),
    Operation("mirroring", "left and right", _mirrored),
    Operation("crop", "80 % of each side, anywhere", partial(_cropped, share=0.8)),
    Operation("zoom in", "20 %", partial(_zoomed_in, factor=1.2)),
    Operation("zoom out", "20 %", partial(_zoomed_out, factor=1.2)),
    Operation("blur", "0.5 % of the shorter side", partial(_blurred, share=0.005)),
    Operation("blur", "1 % of the shorter side", partial(_blurred, share=0.01)),
    Operation("noise", "10 grey levels", partial(_noisy, deviation=10)),
    Operation("JPEG", "quality 50", partial(_compressed, quality=50)),
    Operation("JPEG", "quality 20", partial(_compressed, quality=20)),
    Operation("brightness", "+20 %", partial(_lit, gain=(1.2, 1.2, 1.2))),
    Operation("brightness", "-20 %", partial(_lit, gain=(0.8, 0.8, 0.8))),
    Operation("contrast", "+30 %", partial(_contrasted, factor=1.3)),
    Operation("contrast", "-30 %", partial(_contrasted, factor=0.7)),
    Operation("colour cast", "warm: red +10 %, blue -15 %", partial(_lit, gain=(1.1, 1, 0.85))),
    Operation("colour cast", "cool: red -10 %, blue +15 %", partial(_lit, gain=(0.9, 1, 1.15))),
    Operation("hair", "20 hairs", artefacts.hair),
    Operation("ruler", "ticks along one edge", artefacts.ruler),
    Operation("pen mark", "3 violet strokes", artefacts.pen),
    Operation("dark corners", "a round field of view", artefacts.dark_corners),
    Operation("gel bubbles", "12 bubbles", artefacts.bubbles),
    Operation("coloured patch", "a sticker at one edge", artefacts.coloured_patch),
)
"""What `evaluate --stress` applies to each photograph."""
