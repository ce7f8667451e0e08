from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from melanoscope.imaging import morphology

masks = arrays(np.bool_, (7, 9))


def drawn(*rows: str) -> NDArray[np.bool_]:
    return np.array([[pixel == "#" for pixel in row] for row in rows])


def test_a_pixel_grows_to_a_square_and_shrinks_back() -> None:
    dot = drawn(".....", ".....", "..#..", ".....", ".....")
    square = drawn(".....", ".###.", ".###.", ".###.", ".....")

    assert (morphology.dilate(dot, 3) == square).all()
    assert (morphology.erode(square, 3) == dot).all()
    assert (morphology.close(dot, 3) == dot).all()
    assert not morphology.open(dot, 3).any()


def test_closing_takes_a_thin_dark_line_from_a_photograph() -> None:
    grey = np.full((9, 9, 3), 200, np.uint8)
    grey[4] = 10

    assert (morphology.close(grey, 3) == 200).all()


def test_reconstruction_follows_a_winding_part_and_leaves_the_others() -> None:
    mask = drawn("####.", "...#.", ".###.", ".#...", ".###.", "#...#")
    marker = np.zeros_like(mask)
    marker[0, 0] = True

    assert (morphology.reconstruct(marker, mask) == drawn("####.", "...#.", ".###.", ".#...", ".###.", ".....")).all()


def test_a_hole_is_filled_and_a_bay_is_not() -> None:
    ring = drawn(".....", ".###.", ".#.#.", ".###.")

    assert (morphology.fill(ring) == drawn(".....", ".###.", ".###.", ".###.")).all()
    assert (morphology.fill(drawn("#.#", "#.#", "###")) == drawn("#.#", "#.#", "###")).all()


def test_what_touches_the_images_edge_has_an_outline_there() -> None:
    assert (morphology.outline(drawn("###", "###", "###")) == drawn("###", "#.#", "###")).all()


@given(masks, masks)
def test_a_reconstruction_is_within_the_mask_holds_its_marker_and_is_done(
    marker: NDArray[np.bool_], mask: NDArray[np.bool_]
) -> None:
    reached = morphology.reconstruct(marker, mask)

    assert not (reached & ~mask).any()
    assert (reached[marker & mask]).all()
    assert (morphology.reconstruct(reached, mask) == reached).all()


@given(masks, st.sampled_from([3, 5]))
def test_closing_only_adds_and_opening_only_takes(mask: NDArray[np.bool_], side: int) -> None:
    assert morphology.close(mask, side)[mask].all()
    assert not morphology.open(mask, side)[~mask].any()
