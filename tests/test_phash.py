from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from melanoscope.data.phash import brightness, orient, phash, variants

PHOTOGRAPHS = sorted((Path(__file__).parent / "data" / "photographs").glob("*.jpg"))

shapes = st.tuples(st.integers(1, 90), st.integers(1, 90), st.just(3))
images = arrays(np.uint8, shapes)
Pixels = NDArray[np.uint8]


def pixels(path: Path) -> Pixels:
    return np.asarray(Image.open(path).convert("RGB"))


def distance(a: int, b: int) -> int:
    return (a ^ b).bit_count()


@given(images)
def test_variants_are_the_hashes_of_the_flipped_and_rotated_image(image: Pixels) -> None:
    expected = [phash(orient(image, orientation)) for orientation in range(8)]
    assert variants(brightness(image)).tolist() == expected


@given(images, st.integers(0, 7))
def test_brightness_commutes_with_flips_and_rotations(image: Pixels, orientation: int) -> None:
    assert np.array_equal(brightness(orient(image, orientation)), orient(brightness(image), orientation))


@given(images)
def test_brightness_keeps_the_mean(image: Pixels) -> None:
    luma = image @ np.array([0.299, 0.587, 0.114])
    assert abs(brightness(image).mean() / 16 - luma.mean()) < 1 / 16


def test_orient_gives_all_eight() -> None:
    image = np.arange(4).reshape(2, 2)
    rotations = {np.rot90(each, turns).tobytes() for each in (image, image[:, ::-1]) for turns in range(4)}
    assert {orient(image, orientation).tobytes() for orientation in range(8)} == rotations


def test_a_blank_frame_has_a_hash() -> None:
    assert phash(np.full((5, 7, 3), 200, np.uint8)) == 0


@pytest.mark.parametrize("path", PHOTOGRAPHS[::8], ids=lambda path: path.stem)
def test_a_resized_and_recompressed_photograph_keeps_its_hash(path: Path) -> None:
    buffer = io.BytesIO()
    Image.open(path).resize((180, 135)).save(buffer, "JPEG", quality=60)
    assert distance(phash(pixels(path)), phash(np.asarray(Image.open(buffer)))) <= 6


def test_different_photographs_are_far_apart() -> None:
    hashes = [phash(pixels(path)) for path in PHOTOGRAPHS]
    distances = [distance(a, b) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert np.median(distances) > 20
