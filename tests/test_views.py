from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from melanoscope.inference.views import VIEWS, turned_back, views

PIXELS = np.arange(6 * 6 * 3, dtype=np.uint8).reshape(6, 6, 3)


def test_the_first_view_is_the_photograph_and_no_two_are_alike() -> None:
    seen = views(PIXELS, 8)

    np.testing.assert_array_equal(seen[0], PIXELS)
    np.testing.assert_array_equal(seen[1], PIXELS[:, ::-1])
    assert len({view.tobytes() for view in seen}) == 8


@pytest.mark.parametrize("n", VIEWS)
def test_fewer_views_are_the_first_of_more(n: int) -> None:
    np.testing.assert_array_equal(views(PIXELS, n), views(PIXELS, 8)[:n])


@pytest.mark.parametrize("n", VIEWS[1:])
def test_the_views_are_the_same_whichever_of_them_is_given(n: int) -> None:
    mirrored = views(np.ascontiguousarray(PIXELS[:, ::-1]), n)

    assert {view.tobytes() for view in mirrored} == {view.tobytes() for view in views(PIXELS, n)}


@given(arrays(np.uint8, (5, 5, 3), elements=st.integers(0, 255)), st.sampled_from(VIEWS))
def test_maps_of_the_views_are_turned_back_onto_the_photograph(pixels: NDArray[np.uint8], n: int) -> None:
    maps = views(pixels, n).transpose(0, 3, 1, 2).astype(np.float32)

    np.testing.assert_array_equal(turned_back(maps), pixels.transpose(2, 0, 1))
