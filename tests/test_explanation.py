from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.data.decode import decode_squashed
from melanoscope.evaluation.explanation import SHARES, Heat, Pixels, Trial, enlarged, summarise, trial
from melanoscope.evaluation.results import Curve

SIZE = 70
PATCH = np.s_[20:40, 30:50]
"""The only place that the classifier of these tests looks at: 8 % of the photograph."""


def blueness(pixels: Pixels) -> Curve:
    """A classifier whose evidence is known: how blue the patch is."""
    return np.asarray(pixels[:, *PATCH, 2].mean(axis=(1, 2)) / 255)


@pytest.fixture(scope="module")
def marked(photographs: list[Path]) -> list[Pixels]:
    """Photographs with a patch that is all blue."""
    found = [decode_squashed(path, SIZE) for path in photographs[:12]]
    for pixels in found:
        pixels[PATCH] = (0, 0, 255)
    return found


def patch(height: int = 7) -> Heat:
    """A map that knows it."""
    heat = np.zeros((height, height), np.float32)
    heat[2:4, 3:5] = 1
    return heat


def tried(marked: list[Pixels], heat: Heat) -> list[Trial]:
    mask = np.zeros((SIZE, SIZE), bool)
    mask[PATCH] = True
    rng = np.random.default_rng(0)
    return [trial(pixels, heat, mask, blueness, rng) for pixels in marked]


def test_a_map_that_knows_falls_faster_and_rises_faster_than_chance(marked: list[Pixels]) -> None:
    found = summarise(tried(marked, patch()), [str(i) for i in range(12)], "given")

    assert found.deletion.high < found.deletion_random.low
    assert found.insertion.low > found.insertion_random.high
    assert found.deletion_curve[3] < 0.65 < found.deletion_random_curve[3]
    assert found.on_lesion.value > 5 * found.lesion_area.value
    assert min(found.deletion_gain.low, found.insertion_gain.low, found.on_lesion_gain.low) > 0


def test_a_map_of_all_but_the_patch_falls_last(marked: list[Pixels]) -> None:
    found = summarise(tried(marked, 1 - patch()), [str(i) for i in range(12)], "given")

    assert found.deletion.low > found.deletion_random.high
    assert found.on_lesion.value < 0.3 * found.lesion_area.value
    assert max(found.deletion_gain.high, found.insertion_gain.high, found.on_lesion_gain.high) < 0


def test_a_map_that_says_the_same_everywhere_is_chance(marked: list[Pixels]) -> None:
    found = summarise(tried(marked, np.ones((7, 7), np.float32)), [str(i) for i in range(12)], "given")

    np.testing.assert_array_equal(found.deletion_curve, found.deletion_random_curve)
    np.testing.assert_array_equal(found.insertion_curve, found.insertion_random_curve)
    assert found.on_lesion.value == pytest.approx(found.lesion_area.value)


def test_the_curves_go_from_the_photograph_to_its_mean_and_from_its_blur_to_it(marked: list[Pixels]) -> None:
    one = tried(marked[:1], patch())[0]
    whole, mean = blueness(marked[0][None])[0], int(marked[0][..., 2].mean()) / 255

    for deletion in (one.deletion, one.deletion_random):
        assert (deletion[0], deletion[-1]) == pytest.approx((whole, mean))
    assert one.insertion[0] == one.insertion_random[0] < whole
    assert one.insertion[-1] == one.insertion_random[-1] == whole


def test_areas_are_means_over_photographs_of_areas_under_their_curves() -> None:
    steady, falling = np.ones(11), 1 - SHARES
    trials = [Trial(steady, falling, steady, falling, 0.5, 0.1), Trial(falling, falling, falling, falling, 0.7, 0.3)]

    found = summarise(trials, ["a", "b"], "given", rounds=50)

    assert found.deletion.value == pytest.approx(0.75)
    assert found.deletion_random.value == pytest.approx(0.5)
    np.testing.assert_allclose(found.insertion_curve, (steady + falling) / 2)
    assert (found.on_lesion.value, found.lesion_area.value) == pytest.approx((0.6, 0.2))
    assert (found.deletion_gain.value, found.insertion_gain.value) == pytest.approx((-0.25, 0.25))


def test_gains_are_paired_so_that_what_both_maps_share_cancels() -> None:
    levels = np.linspace(0.1, 0.9, 20)
    steady = np.ones(11)
    trials = [
        Trial(steady * (level - 0.05 - 0.01 * (i % 2)), steady * level, SHARES, SHARES, level, level)
        for i, level in enumerate(levels)
    ]

    found = summarise(trials, [str(i) for i in range(20)], "given", rounds=50)

    assert found.deletion.high - found.deletion.low > 0.1
    gains = (found.deletion_gain, found.insertion_gain, found.on_lesion_gain)
    assert [gain.value for gain in gains] == pytest.approx([0.055, 0, 0])
    assert 0.05 < found.deletion_gain.low < found.deletion_gain.high < 0.06


def test_where_no_lesion_was_found_only_the_curves_count() -> None:
    curve = 1 - SHARES
    known, unknown = (Trial(curve, curve, curve, curve, at, at) for at in (0.4, math.nan))

    found = summarise([known, unknown, unknown], ["a", "b", "c"], "found", rounds=50)
    none = summarise([unknown], ["a"], "found", rounds=50)

    assert (found.n, found.failures, found.on_lesion.value, found.on_lesion.n) == (3, 2, 0.4, 1)
    assert none.failures == 1 and math.isnan(none.on_lesion.value) and none.on_lesion.why


@given(st.integers(1, 9), st.integers(1, 9), st.integers(9, 40))
def test_an_enlarged_map_keeps_its_range_and_where_it_is_flat(height: int, width: int, size: int) -> None:
    heat = np.random.default_rng(height * 10 + width).random((height, width), np.float32)

    large = enlarged(heat, size)

    assert large.shape == (size, size)
    assert heat.min() - 1e-6 <= large.min() and large.max() <= heat.max() + 1e-6
