import math

import numpy as np
import pytest

from melanoscope.evaluation.intervals import (
    bootstrap,
    bootstrap_all,
    closed_proportion,
    closed_proportions,
    draws,
    proportion,
    proportions,
    wilson,
)


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
    figure = bootstrap(mean, ["a", "a"], np.array([0.0, 1.0]))
    assert math.isnan(figure.low) and "fewer than two lesions" in figure.why


def test_draws_that_are_all_alike_are_no_interval() -> None:
    figure = bootstrap(mean, list("abc"), np.ones(3))
    assert figure.value == 1 and math.isnan(figure.low) and "same value" in figure.why


def test_a_figure_that_most_draws_leave_undefined_has_no_interval() -> None:
    """Each of 3 is drawn at least once in 2 of 9 draws."""

    def figures(weights: np.ndarray) -> dict[str, float]:
        return {"": float(weights[0]) if weights.all() else math.nan}

    figure = bootstrap_all(figures, list("abc"))[""]
    assert figure.value == 1 and math.isnan(figure.low) and "most draws" in figure.why


def test_groups_are_drawn_whole_and_as_many_as_there_are() -> None:
    for weights in draws(list("aabbc"), rounds=20):
        assert weights[0] == weights[1] and weights[2] == weights[3]
        assert weights[0] + weights[2] + weights[4] == 3


def test_weights_are_drawn_rows() -> None:
    values, groups = np.random.default_rng(0).normal(size=30), [str(i // 2) for i in range(30)]
    weighted = bootstrap_all(lambda w: {"mean": float(w @ values / w.sum())}, groups)["mean"]
    rows = bootstrap(mean, groups, values)
    assert (weighted.low, weighted.high) == pytest.approx((rows.low, rows.high))


def test_shares_of_some_rows_have_their_own_n() -> None:
    everyone, some = np.full(6, True), np.array([True] * 4 + [False] * 2)
    flags = np.array([True, False, True, True, False, False])
    shares = proportions(list("abcdef"), {"all": (everyone, flags), "some": (some, flags), "none": (~everyone, flags)})

    assert (shares["all"].value, shares["all"].n) == (0.5, 6)
    assert (shares["some"].value, shares["some"].n) == (0.75, 4)
    assert shares["some"].low < 0.75 < shares["some"].high
    assert math.isnan(shares["none"].value) and shares["none"].n == 0 and shares["none"].why


def test_of_groups_of_one_the_closed_interval_is_wilsons() -> None:
    flags = np.arange(50) < 20
    figure = closed_proportion([str(i) for i in range(50)], flags)
    assert (figure.low, figure.high) == pytest.approx(wilson(0.4, 50))
    assert (figure.value, figure.n) == (0.4, 50)


def test_rows_of_a_group_that_are_all_alike_are_one_trial_to_the_closed_interval() -> None:
    flags = np.repeat(np.arange(50) < 20, 4)
    figure = closed_proportion(np.repeat([str(i) for i in range(50)], 4), flags)
    assert (figure.low, figure.high) == pytest.approx(wilson(0.4, 50), abs=0.002)
    assert figure.n == 200


def test_the_closed_interval_is_close_to_the_bootstrap() -> None:
    rng = np.random.default_rng(0)
    groups = rng.integers(150, size=400).astype(str)
    flags = rng.random(400) < 0.2 + 0.4 * (groups < "5")
    drawn, closed = proportion(groups, flags), closed_proportion(groups, flags)
    assert (closed.low, closed.high) == pytest.approx((drawn.low, drawn.high), abs=0.01)


def test_the_closed_interval_where_there_is_little_to_see() -> None:
    none = np.zeros(0, bool)
    assert math.isnan(closed_proportion([], none).value) and closed_proportion([], none).why
    assert closed_proportion(["a", "a", "b"], np.full(3, True)).low == pytest.approx(wilson(1, 2)[0])
    one = closed_proportion(["a", "a"], np.array([True, False]))
    assert (one.low, one.high) == pytest.approx(wilson(0.5, 1))
    alike = closed_proportion(["a", "a", "b", "b"], np.array([True, False] * 2))
    assert (alike.low, alike.high) == pytest.approx(wilson(0.5, 4))
    some = closed_proportions(["a", "b", "c"], {"": (np.array([True, True, False]), np.array([True, False, True]))})
    assert (some[""].value, some[""].n) == (0.5, 2)
