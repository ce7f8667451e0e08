"""Pictures that show no lesion as a dermatoscope does: what must end as OUT_OF_SCOPE or RETAKE.

Each kind is made from a random generator and, where it needs one, a real photograph; nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, pi, sin
from pathlib import Path

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

SIDE = 256
Colour = tuple[int, int, int]

SKINS: tuple[Colour, ...] = ((250, 221, 199), (236, 188, 155), (205, 150, 115), (160, 105, 75), (100, 65, 45))
HAIR: tuple[Colour, ...] = ((35, 25, 20), (95, 60, 30), (190, 150, 80), (150, 150, 150))
WORDS = "the lesion was photographed before surgery and no further treatment is needed at this time please call".split()


def pictures(kind: str, n: int, photographs: Sequence[Path], seed: int = 0) -> list[Image.Image]:
    """`n` pictures of a `kind` of `KINDS`, 256×256 RGB, the same for the same `seed` and `photographs`."""
    rng = np.random.default_rng([seed, *kind.encode()])
    chosen = rng.permutation(len(photographs))
    return [KINDS[kind](rng, _open(photographs[chosen[i % len(chosen)]])) for i in range(n)]


def text_page(rng: Generator, _: Image.Image) -> Image.Image:
    """A printed page: black on white, lines of words in one of several sizes."""
    page = Image.new("RGB", (SIDE, SIDE), _shade(rng, 225, 256))
    font, y = ImageFont.load_default(size := int(rng.integers(9, 22))), 8
    while y < SIDE - size:
        line = " ".join(rng.choice(WORDS, size=40))
        ImageDraw.Draw(page).text((10, y), line, _shade(rng, 0, 60), font)
        y += round(size * 1.4)
    return page


def screenshot(rng: Generator, _: Image.Image) -> Image.Image:
    """A window of a program: a title bar, buttons, boxes and words."""
    screen = Image.new("RGB", (SIDE, SIDE), _shade(rng, 190, 250))
    draw, font = ImageDraw.Draw(screen), ImageFont.load_default(size=11)
    draw.rectangle((0, 0, SIDE, 22), _colour(rng))
    draw.text((8, 4), " ".join(rng.choice(WORDS, size=3)), "white", font)
    for _row in range(int(rng.integers(4, 10))):
        x, y = int(rng.integers(0, 200)), int(rng.integers(26, 240))
        box = (x, y, x + int(rng.integers(20, 130)), y + int(rng.integers(10, 70)))
        draw.rectangle(box, _shade(rng, 220, 256) if rng.random() < 0.6 else _colour(rng), outline=(120, 120, 120))
        draw.text((x + 4, y + 2), str(rng.choice(WORDS)), "black", font)
    return screen


def face(rng: Generator, _: Image.Image) -> Image.Image:
    """A drawn face: an oval of skin, hair, eyes, nose and mouth, softly shaded."""
    skin, hair = SKINS[rng.integers(len(SKINS))], HAIR[rng.integers(len(HAIR))]
    picture = Image.new("RGB", (SIDE, SIDE), _colour(rng))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((50, 15, 206, 190), hair)
    draw.rectangle((60, 215, 196, SIDE), _colour(rng))
    draw.ellipse((65, 40, 191, 225), skin)
    for x in (98, 158):
        draw.ellipse((x - 15, 105, x + 15, 122), "white")
        draw.ellipse((x - 6, 106, x + 6, 121), _shade(rng, 20, 110))
        draw.arc((x - 18, 88, x + 18, 112), 200, 340, hair, width=5)
    draw.line((128, 118, 120, 158, 134, 160), _darker(skin), width=4)
    draw.ellipse((102, 178, 154, 178 + int(rng.integers(8, 24))), (180, 70, 70))
    turned = picture.rotate(float(rng.uniform(-15, 15)), Image.Resampling.BILINEAR, fillcolor=picture.getpixel((0, 0)))
    return _grainy(rng, turned.filter(ImageFilter.GaussianBlur(1.5)), 4)


def objects(rng: Generator, _: Image.Image) -> Image.Image:
    """A table with things on it: boxes, balls and sticks in strong colours, with shadows."""
    picture = _gradient(rng)
    draw = ImageDraw.Draw(picture)
    for _thing in range(int(rng.integers(3, 9))):
        x, y, w, h = (int(v) for v in rng.integers((0, 0, 25, 25), (210, 210, 110, 110)))
        draw.ellipse((x + 8, y + h - 6, x + w + 20, y + h + 12), (40, 40, 40))
        shape = (draw.rectangle, draw.ellipse)[rng.integers(2)]
        shape((x, y, x + w, y + h), _colour(rng))
        draw.line((x, y, x + w, y + h // 3), _colour(rng), width=int(rng.integers(2, 9)))
    return _grainy(rng, picture.filter(ImageFilter.GaussianBlur(1)), 5)


def gradient(rng: Generator, _: Image.Image) -> Image.Image:
    """Two colours that run into each other."""
    return _gradient(rng)


def noise(rng: Generator, _: Image.Image) -> Image.Image:
    """Random pixels, fine or coarse, in colour or in grey."""
    cells = int(rng.choice((16, 64, 128, SIDE)))
    values = rng.integers(0, 256, (cells, cells, 3), np.uint8)
    if rng.random() < 0.3:
        values[...] = values[..., :1]
    return Image.fromarray(values).resize((SIDE, SIDE), Image.Resampling.BILINEAR)


def histology(rng: Generator, _: Image.Image) -> Image.Image:
    """Stained tissue under a microscope: pink fibres, purple nuclei of all sizes, white gaps."""
    cloud = ImageOps.autocontrast(_cloud(rng, 12).convert("L"))
    picture = ImageOps.colorize(cloud, (205, 110, 165), (252, 225, 238))
    draw = ImageDraw.Draw(picture)
    for _nucleus in range(int(rng.integers(120, 500))):
        x, y, r = *rng.uniform(0, SIDE, 2), rng.uniform(2.5, 6)
        stretch = rng.uniform(0.6, 1.5)
        purple = (int(rng.integers(70, 125)), int(rng.integers(35, 85)), int(rng.integers(110, 165)))
        draw.ellipse((x - r * stretch, y - r / stretch, x + r * stretch, y + r / stretch), purple)
    for _gap in range(int(rng.integers(0, 5))):
        x, y, r = *rng.uniform(0, SIDE, 2), rng.uniform(8, 30)
        draw.ellipse((x - r, y - r, x + r, y + r), (248, 244, 248))
    return _grainy(rng, picture.filter(ImageFilter.GaussianBlur(0.8)), 4)


def healthy_skin(rng: Generator, real: Image.Image) -> Image.Image:
    """The evenest corner of a real photograph, a fifth of its side, enlarged."""
    side = SIDE // 5
    corners = [(x, y, x + side, y + side) for x in (12, SIDE - 12 - side) for y in (12, SIDE - 12 - side)]
    evenest = min((real.crop(corner) for corner in corners), key=lambda crop: np.asarray(crop, float).std((0, 1)).sum())
    return _grainy(rng, evenest.resize((SIDE, SIDE), Image.Resampling.BICUBIC), 3)


def from_a_metre(rng: Generator, real: Image.Image) -> Image.Image:
    """A lesion as a telephone sees it across the room: 8–15 % of the picture's side, on a limb or a back."""
    skin = SKINS[rng.integers(len(SKINS))]
    picture = objects(rng, real) if rng.random() < 0.5 else _gradient(rng)
    draw = ImageDraw.Draw(picture)
    x, width, tilt = rng.uniform(100, 156), rng.uniform(50, 300), rng.uniform(-60, 60)
    limb = ((x - width, 0), (x + width, 0), (x + width + tilt, SIDE), (x - width + tilt, SIDE))
    draw.polygon(limb, skin)
    shade = Image.radial_gradient("L").resize((SIDE, SIDE)).point(lambda v: 255 - v // 3)
    picture = ImageChops.multiply(picture.filter(ImageFilter.GaussianBlur(2)), shade.convert("RGB"))
    side = int(SIDE * rng.uniform(0.08, 0.15))
    mask = Image.new("L", (side, side))
    ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), 255)
    place = int(x + rng.uniform(-30, 30) - side / 2), int(rng.integers(70, 160))
    picture.paste(_tinted(real, skin).resize((side, side)), place, mask.filter(ImageFilter.GaussianBlur(1.5)))
    return _grainy(rng, picture, 4)


def inverted(_: Generator, real: Image.Image) -> Image.Image:
    """A real photograph as its negative."""
    return ImageOps.invert(real)


def plain(rng: Generator, _: Image.Image) -> Image.Image:
    """One colour: black, white, a lens cap, a wall."""
    colour = ((0, 0, 0), (255, 255, 255), SKINS[rng.integers(len(SKINS))], _colour(rng))[rng.integers(4)]
    return Image.new("RGB", (SIDE, SIDE), colour)


def foliage(rng: Generator, _: Image.Image) -> Image.Image:
    """Outdoors: sky above, leaves and stalks below."""
    picture = Image.new("RGB", (SIDE, SIDE), (130, 170, int(rng.integers(200, 250))))
    draw = ImageDraw.Draw(picture)
    for _leaf in range(int(rng.integers(150, 400))):
        x, y, r, angle = rng.uniform(0, SIDE), rng.uniform(90, SIDE), rng.uniform(6, 26), rng.uniform(0, 2 * pi)
        tip = (x + r * cos(angle), y + r * sin(angle))
        side = (x + r / 3 * cos(angle + pi / 3), y + r / 3 * sin(angle + pi / 3))
        draw.polygon(((x, y), side, tip), (int(rng.integers(10, 110)), int(rng.integers(70, 200)), 30))
    return _grainy(rng, picture.filter(ImageFilter.GaussianBlur(0.7)), 5)


KINDS: dict[str, Callable[[Generator, Image.Image], Image.Image]] = {
    "text": text_page,
    "screenshots": screenshot,
    "faces": face,
    "objects": objects,
    "foliage": foliage,
    "gradients": gradient,
    "noise": noise,
    "plain colours": plain,
    "histology": histology,
    "healthy skin": healthy_skin,
    "from a metre away": from_a_metre,
    "inverted colours": inverted,
}
"""What each kind is called, and what draws one of it."""


def _open(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)


def _colour(rng: Generator) -> Colour:
    red, green, blue = (int(v) for v in rng.integers(0, 256, 3))
    return red, green, blue


def _shade(rng: Generator, low: int, high: int) -> Colour:
    value = int(rng.integers(low, high))
    return value, value, value


def _darker(colour: Colour) -> Colour:
    red, green, blue = (int(v * 0.75) for v in colour)
    return red, green, blue


def _gradient(rng: Generator) -> Image.Image:
    ramp = Image.linear_gradient("L").resize((SIDE, SIDE)) if rng.random() < 0.6 else Image.radial_gradient("L")
    coloured = ImageOps.colorize(ramp.rotate(90 * int(rng.integers(4))), _colour(rng), _colour(rng))
    return coloured.resize((SIDE, SIDE))


def _cloud(rng: Generator, cells: int) -> Image.Image:
    """Smooth random blotches, `cells` to a side."""
    values = Image.fromarray(rng.integers(0, 256, (cells, cells, 3), np.uint8))
    return values.resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def _grainy(rng: Generator, picture: Image.Image, sigma: float) -> Image.Image:
    """With a sensor's noise of `sigma` grey levels."""
    pixels = np.asarray(picture, np.float32)
    return Image.fromarray(np.clip(pixels + rng.normal(0, sigma, pixels.shape), 0, 255).astype(np.uint8))


def _tinted(real: Image.Image, skin: Colour) -> Image.Image:
    """A real photograph whose bright skin takes the limb's colour."""
    brightest = np.percentile(np.asarray(real).reshape(-1, 3), 90, axis=0).clip(1)
    scale = tuple(min(255, round(255 * s / b)) for s, b in zip(skin, brightest, strict=True))
    return ImageChops.multiply(real, Image.new("RGB", real.size, scale))
