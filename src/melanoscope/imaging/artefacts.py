"""What lies on skin and lens, drawn over a photograph as it looks in dermoscopy: hair, rulers, ink, gel, stickers.

Every function takes uint8 (h, w, 3) and a generator, and returns a new array of that shape. Sizes are shares of the
shorter side, so that a small copy of a photograph is changed as the large one is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels = NDArray[np.uint8]
Points = list[tuple[float, float]]

_FINER = 4
"""Lines are drawn so much larger and then scaled down: Pillow's own have stairs."""

_INK = np.array([0.62, 0.52, 0.86])
"""What gentian violet lets through of red, green and blue."""

_STICKERS = ((235, 120, 40), (20, 140, 205), (225, 205, 30), (60, 160, 90))
"""Orange, blue, yellow and green, as beside the lesions of the ISIC Archive's children."""


def hair(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Twenty curved dark hairs that cross the photograph, thinner towards their tips, with a soft shadow."""
    height, width, _ = pixels.shape
    side = min(height, width)
    mask, draw = _sheet(pixels)
    lie = rng.uniform(0, np.pi)
    for _ in range(20):
        start = rng.uniform(-0.1, 1.1, 2) * (width, height)
        angle, length = lie + rng.normal(0, 0.5), side * rng.uniform(0.3, 0.8)
        end = start + length * np.array([np.cos(angle), np.sin(angle)])
        bow = (start + end) / 2 + rng.normal(0, 0.25, 2) * length / 2
        _taper(draw, _curve(start, bow, end), side * rng.uniform(0.005, 0.009))
    cover = _shrunk(mask, pixels)
    shadow = np.asarray(Image.fromarray(cover).filter(ImageFilter.GaussianBlur(0.008 * side))) / 255 * 0.35
    return _over(_shaded(pixels, 1 - shadow[..., None]), np.array([45, 30, 25]), cover / 255 * 0.9)


def ruler(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The ticks of a ruler along one edge, every tenth of them long and every fifth of middle length."""
    turns = int(rng.integers(4))
    turned = np.rot90(pixels, turns)
    height, width, _ = turned.shape
    side = min(height, width)
    mask, draw = _sheet(turned)
    start = rng.uniform(0.01, 0.03) * side
    for tick, x in enumerate(np.arange(start, width, 0.028 * side)):
        length = side * (0.09 if tick % 10 == 0 else 0.065 if tick % 5 == 0 else 0.045)
        _line(draw, [(x, -1), (x, length)], 0.006 * side)
    return np.rot90(_over(turned, np.array([35, 35, 40]), _shrunk(mask, turned) / 255 * 0.85), -turns).copy()


def pen(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Violet strokes of a surgical marker around the middle; the ink takes to the skin unevenly."""
    height, width, _ = pixels.shape
    side = min(height, width)
    mask, draw = _sheet(pixels)
    radius, first = side * rng.uniform(0.4, 0.46), rng.uniform(0, 2 * np.pi)
    for stroke in range(3):
        angles = first + stroke * 2 * np.pi / 3 + np.linspace(0, rng.uniform(0.7, 1.3), 24)
        wobble = radius + side * 0.01 * rng.normal(0, 1, len(angles)).cumsum() / 3
        arc = np.stack([width / 2 + wobble * np.cos(angles), height / 2 + wobble * np.sin(angles)], axis=1)
        _line(draw, [(float(x), float(y)) for x, y in arc], 0.035 * side)
    cover = _shrunk(mask, pixels) / 255 * _grain((height, width), 0.006 * side, rng)
    return _shaded(pixels, 1 - cover[..., None] * (1 - _INK))


def dark_corners(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The round field of view of a dermatoscope on a camera: black outside, a soft rim, a little off the middle."""
    height, width, _ = pixels.shape
    centre_y, centre_x = rng.uniform(0.47, 0.53, 2)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    distance = np.hypot(x - centre_x, y - centre_y)
    light = 1 / (1 + np.exp((distance - 0.56) / 0.012)) * (1 - 0.5 * distance**2)
    return _shaded(pixels, light[..., None])


def bubbles(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Twelve bubbles in the gel: a dark rim, a bright arc where the light comes from, a glint."""
    height, width, _ = pixels.shape
    side = min(height, width)
    (dark, draw_dark), (bright, draw_bright) = _sheet(pixels), _sheet(pixels)
    for _ in range(12):
        x, y = rng.uniform(0, 1, 2) * (width, height)
        radius = side * rng.uniform(0.012, 0.012 + 0.05 * rng.uniform() ** 2)
        thick = _FINER * max(0.18 * radius, 0.004 * side)
        draw_dark.ellipse(_box(x, y, radius), outline=255, width=round(thick))
        draw_bright.arc(_box(x, y, 0.86 * radius), 160, 300, fill=200, width=round(0.8 * thick))
        draw_bright.ellipse(_box(x - 0.35 * radius, y - 0.35 * radius, 0.16 * radius), fill=255)
    rims = Image.fromarray(_shrunk(dark, pixels)).filter(ImageFilter.GaussianBlur(0.003 * side))
    shaded = _shaded(pixels, 1 - 0.35 * np.asarray(rims)[..., None] / 255)
    glints = Image.fromarray(_shrunk(bright, pixels)).filter(ImageFilter.GaussianBlur(0.002 * side))
    return _over(shaded, np.array([255, 252, 248]), np.asarray(glints) / 255 * 0.85)


def coloured_patch(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A round coloured sticker that comes in from the left or right edge, in the light of the photograph."""
    height, width, _ = pixels.shape
    side = min(height, width)
    mask, draw = _sheet(pixels)
    radius = side * rng.uniform(0.28, 0.38)
    x = -0.3 * radius if rng.random() < 0.5 else width + 0.3 * radius
    draw.ellipse(_box(x, height * rng.uniform(0.3, 0.7), radius), fill=255)
    colour = np.array(_STICKERS[rng.integers(len(_STICKERS))]) * (0.6 + 0.4 * pixels.mean() / 255)
    weave = colour + rng.normal(0, 3, (height, width, 1))
    return _over(pixels, weave, _shrunk(mask, pixels) / 255)


def _sheet(pixels: Pixels) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    height, width, _ = pixels.shape
    sheet = Image.new("L", (width * _FINER, height * _FINER))
    return sheet, ImageDraw.Draw(sheet)


def _shrunk(sheet: Image.Image, pixels: Pixels) -> Pixels:
    return np.asarray(sheet.resize((pixels.shape[1], pixels.shape[0]), Image.Resampling.BOX))


def _line(draw: ImageDraw.ImageDraw, points: Points, width: float) -> None:
    draw.line([(x * _FINER, y * _FINER) for x, y in points], 255, max(1, round(width * _FINER)), joint="curve")


def _box(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return (x - radius) * _FINER, (y - radius) * _FINER, (x + radius) * _FINER, (y + radius) * _FINER


def _curve(start: NDArray[np.float64], bow: NDArray[np.float64], end: NDArray[np.float64]) -> Points:
    """A quadratic Bézier curve."""
    t = np.linspace(0, 1, 40)[:, None]
    return [(float(x), float(y)) for x, y in (1 - t) ** 2 * start + 2 * t * (1 - t) * bow + t**2 * end]


def _taper(draw: ImageDraw.ImageDraw, points: Points, width: float) -> None:
    for i in range(len(points) - 1):
        _line(draw, points[i : i + 2], width * (1 - 0.8 * i / len(points)))


def _grain(shape: tuple[int, int], size: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Cloudy noise in [0, 1], its grains of `size` pixels."""
    noise = Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8)).filter(ImageFilter.GaussianBlur(size))
    cloudy = np.asarray(noise, np.float64)
    return np.asarray(np.clip(0.65 + 0.35 * (cloudy - cloudy.mean()) / max(cloudy.std(), 1e-6), 0, 1))


def _over(pixels: Pixels, colour: NDArray[np.float64] | NDArray[np.int64], cover: NDArray[np.float64]) -> Pixels:
    """`colour` over the photograph, as dense as `cover` (h, w) in [0, 1]."""
    return np.clip(pixels + cover[..., None] * (colour - pixels), 0, 255).round().astype(np.uint8)


def _shaded(pixels: Pixels, light: NDArray[np.float64]) -> Pixels:
    """The photograph with `light` (h, w, 1 or 3) in [0, 1] let through."""
    return (pixels * light).round().astype(np.uint8)
