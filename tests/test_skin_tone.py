from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from melanoscope.data.decode import decode
from melanoscope.imaging.colour import lab
from melanoscope.imaging.segmentation import lesion
from melanoscope.imaging.skin_tone import category, typology_angle

NOTHING = np.zeros((60, 80), bool)
LIGHT, DARK = (230, 190, 165), (95, 65, 50)


def plain(colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    return np.broadcast_to(np.array(colour, np.uint8), (60, 80, 3)).copy()


@pytest.mark.parametrize("colour", [LIGHT, DARK])
def test_the_angle_is_the_published_formulas(colour: tuple[int, int, int]) -> None:
    lightness, _, yellow = lab(np.array(colour, np.uint8))

    expected = math.degrees(math.atan((lightness - 50) / yellow))
    assert typology_angle(plain(colour), NOTHING) == pytest.approx(expected)


def test_the_lesion_black_and_glare_are_not_skin() -> None:
    pixels, mask = plain(LIGHT), NOTHING.copy()
    pixels[:20], pixels[-8:], pixels[20:22] = (60, 40, 30), 0, 255
    mask[:20] = True

    assert typology_angle(pixels, mask) == pytest.approx(typology_angle(plain(LIGHT), NOTHING), abs=1e-6)


@pytest.mark.parametrize("colour", [(150, 150, 200), (0, 0, 0), (255, 255, 255)])
def test_there_is_no_angle_where_there_is_no_skin_colour(colour: tuple[int, int, int]) -> None:
    assert typology_angle(plain(colour), NOTHING) is None
    assert typology_angle(plain(LIGHT), ~NOTHING) is None


@pytest.mark.parametrize(
    ("angle", "name"),
    [
        (80, "very light"),
        (55, "light"),
        (41.1, "light"),
        (41, "intermediate"),
        (28, "tan"),
        (10, "brown"),
        (-29, "brown"),
        (-30, "dark"),
        (-89, "dark"),
    ],
)
def test_categories(angle: float, name: str) -> None:
    assert category(angle) == name


def test_a_darker_photograph_has_a_smaller_angle(photographs: list[Path]) -> None:
    compared = 0
    for path in photographs:
        pixels = decode(path)
        if (found := lesion(pixels)) and (angle := typology_angle(pixels, found.mask)) is not None:
            darker = typology_angle((pixels * 0.6).astype(np.uint8), found.mask)
            assert -90 < angle < 90
            assert darker is not None
            assert darker < angle
            compared += 1
    assert compared > len(photographs) / 2
