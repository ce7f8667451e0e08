"""The lesion's mask, on real photographs and on drawn ones whose lesion is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from melanoscope.data.decode import decode
from melanoscope.imaging.operations import OPERATIONS
from melanoscope.imaging.segmentation import LOWEST_CONTRAST, lesion

SKIN, BROWN, BLACK = (220, 170, 150), (110, 70, 50), (5, 5, 5)


def disc(centre: tuple[float, float] = (0.5, 0.5), radius: float = 0.2, side: int = 200) -> NDArray[np.bool_]:
    y, x = np.mgrid[0 : 1 : side * 1j, 0 : 1 : side * 1j]
    return np.asarray(np.hypot(y - centre[0], x - centre[1]) < radius)


def skin(side: int = 200) -> NDArray[np.uint8]:
    rough = np.random.default_rng(0).normal(0, 3, (side, side, 1))
    return np.clip(np.array(SKIN) + rough, 0, 255).astype(np.uint8)


def paint(pixels: NDArray[np.uint8], where: NDArray[np.bool_], colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    return np.where(where[..., None], np.array(colour, np.uint8), pixels)


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_real_photographs_have_a_lesion_near_their_middle(photographs: list[Path]) -> None:
    found = [(decode(path), lesion(decode(path))) for path in photographs]

    assert sum(each is None for _, each in found) <= 1
    for pixels, each in found:
        if each:
            assert each.mask.shape == pixels.shape[:2]
            assert each.mask.dtype == np.bool_
            assert each.contrast >= LOWEST_CONTRAST
            assert 0 < each.area < 0.95
            assert 0 <= each.touches <= 1
            assert each.mask.mean() == pytest.approx(each.area, abs=0.02)


def test_a_drawn_lesion_is_found_where_it_is() -> None:
    there = disc((0.45, 0.55))
    found = lesion(paint(skin(), there, BROWN))

    assert found
    assert overlap(found.mask, there) > 0.85
    assert found.touches == 0
    assert found.contrast == pytest.approx(43, abs=6)


def test_a_lesion_with_a_pale_middle_has_no_hole() -> None:
    found = lesion(paint(paint(skin(), disc(radius=0.3), BROWN), disc(radius=0.12), SKIN))

    assert found
    assert overlap(found.mask, disc(radius=0.3)) > 0.85


def test_black_corners_and_a_sticker_are_no_lesion() -> None:
    pixels = paint(skin(), disc(radius=0.15), BROWN)
    sticker = paint(pixels, disc((0.5, 1.05), 0.35), (20, 140, 205))
    round_field = paint(pixels, ~disc(radius=0.55), BLACK)

    for changed in (sticker, round_field):
        found = lesion(changed)
        assert found
        assert overlap(found.mask, disc(radius=0.15)) > 0.75
        assert found.touches == 0


def test_a_lesion_that_the_frame_cuts_touches_it() -> None:
    found = lesion(paint(skin(), disc((0.5, 0.2), 0.4), BROWN))

    assert found
    assert 0.1 < found.touches < 0.5


def test_hair_changes_little(photographs: list[Path]) -> None:
    hair = next(operation for operation in OPERATIONS if operation.name == "hair")
    pixels = decode(photographs[1])
    bare, hairy = lesion(pixels), lesion(hair.apply(pixels, np.random.default_rng(0)))

    assert bare
    assert hairy
    assert overlap(bare.mask, hairy.mask) > 0.8


def test_a_larger_copy_has_the_same_lesion(photographs: list[Path]) -> None:
    pixels = decode(photographs[0])
    large = np.asarray(Image.fromarray(pixels).resize((500, 400)))
    found, again = lesion(pixels), lesion(large)

    assert found
    assert again
    assert again.mask.shape == (400, 500)
    assert again.area == pytest.approx(found.area, abs=0.03)


@pytest.mark.parametrize(
    "pixels",
    [skin(), np.zeros((50, 60, 3), np.uint8), np.full((50, 60, 3), 255, np.uint8), np.zeros((1, 1, 3), np.uint8)],
    ids=["bare skin", "black", "white", "one pixel"],
)
def test_where_there_is_none_there_is_none(pixels: NDArray[np.uint8]) -> None:
    assert lesion(pixels) is None
