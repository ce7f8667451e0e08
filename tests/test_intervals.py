import math

import numpy as np
import pytest

from melanoscope.evaluation.intervals import bootstrap, proportion


def mean(values: np.ndarray) -> float:
    return float(values.mean())


def test_the_interval_of_a_mean_is_close_to_the_textbook_one() -> None:
    values = np.random.default_rng(0).normal(size=400)
    figure = bootstrap(mean, [str(i) for i in range(400)], values)
    assert figure.value == pytest.approx(values.mean())
    assert (figure.high - figure.low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.1)
    assert figure.n == 400


def test_photographs_of_one_lesion_count_as_one() -> None:
    values = np.random.default_rng(0).normal(size=100)
    apart = bootstrap(mean, [str(i) for i in range(100)], values)
    together = bootstrap(mean, [str(i) for i in range(100)] * 4, np.tile(values, 4))
    assert together.high - together.low == pytest.approx(apart.high - apart.low, rel=0.05)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.arange(10.0)
    assert bootstrap(mean, list("abcdefghij"), values) == bootstrap(mean, list("abcdefghij"), values)


def test_undefined_figures_have_no_interval() -> None:
    figure = bootstrap(lambda _: math.nan, ["a", "b"], np.arange(2.0))
    assert math.isnan(figure.value) and math.isnan(figure.low) and math.isnan(figure.high)
    assert math.isnan(bootstrap(lambda x: float(x.mean()) if len(x) else math.nan, [], np.array([])).low)


def test_a_share_of_all_or_nothing_has_wilsons_interval() -> None:
    """5 of 5: from 0.566, as the textbooks have it; photographs of one lesion are one trial."""
    all_right = proportion(list("abcde"), np.full(5, True))
    assert (all_right.value, all_right.high) == (1.0, 1.0)
    assert all_right.low == pytest.approx(0.566, abs=1e-3)
    assert proportion(list("aaabb"), np.full(5, True)).low < all_right.low
    assert proportion(list("abcde"), np.full(5, False)).high == pytest.approx(1 - all_right.low)


def test_a_share_of_nothing_is_undefined() -> None:
    nothing = proportion([], np.array([], dtype=bool))
    assert math.isnan(nothing.value) and math.isnan(nothing.low) and nothing.n == 0


def test_one_group_has_no_interval() -> None:
    assert math.isnan(bootstrap(mean, ["a", "a"], np.array([0.0, 1.0])).low)
