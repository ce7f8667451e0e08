from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from melanoscope.evaluation import delong
from melanoscope.evaluation.intervals import bootstrap_all
from melanoscope.evaluation.ranking import Ranked

ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 6)), min_size=4, max_size=40)


def by_definition(positive: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """DeLong's covariance from the m by n comparisons of a positive with a negative, ties counting half."""
    above, below = [], []
    for scores in (first, second):
        gaps = scores[positive][:, None] - scores[~positive][None, :]
        wins = (gaps > 0) + 0.5 * (gaps == 0)
        above.append(wins.mean(axis=1))
        below.append(wins.mean(axis=0))
    return np.asarray(np.cov(above) / positive.sum() + np.cov(below) / (~positive).sum())


@given(ROWS)
def test_the_fast_form_is_the_definition(rows: list[tuple[bool, int, int]]) -> None:
    positive, first, second = (np.array(column) for column in zip(*rows, strict=True))
    assume(2 <= positive.sum() <= len(rows) - 2)
    areas, covariance = delong.areas(positive, np.stack([first, second]).astype(float))

    assert areas.tolist() == pytest.approx([roc_auc_score(positive, first), roc_auc_score(positive, second)])
    assert covariance == pytest.approx(by_definition(positive, first, second), abs=1e-12)


def sample(n: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    positive = rng.random(n) < 0.3
    first = rng.normal(size=n) + positive
    return positive, first, first + rng.normal(size=n)


def test_the_interval_is_close_to_the_bootstraps() -> None:
    positive, scores, _ = sample()
    drawn = bootstrap_all(Ranked.of(positive, scores).figures, [str(i) for i in range(len(scores))], 1000)["auc"]
    figure = delong.interval(positive, scores)

    assert figure.value == pytest.approx(drawn.value)
    assert (figure.low, figure.high) == pytest.approx((drawn.low, drawn.high), abs=0.006)


def test_the_p_value_is_of_the_normal_distribution() -> None:
    positive, first, second = sample()
    found = delong.difference(positive, first, second)

    assert found.value == pytest.approx(roc_auc_score(positive, second) - roc_auc_score(positive, first))
    assert found.p == pytest.approx(2 * NormalDist().cdf(-abs(found.value) / found.error))
    assert found.p < 0.01
    assert delong.difference(positive, second, first).value == -found.value


def test_there_is_seldom_a_difference_where_there_is_none() -> None:
    rng = np.random.default_rng(0)
    positive = np.arange(100) < 40
    signal = positive + rng.normal(size=100)
    tests = [delong.difference(positive, *(signal + rng.normal(size=(2, 100)))) for _ in range(400)]
    assert np.mean([test.p < 0.05 for test in tests]) == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize(
    ("positive", "scores", "why"),
    [
        ([], [], "there are no photographs"),
        ([True, True], [0.1, 0.2], "all photographs are positive"),
        ([False], [0.1], "no photograph is positive"),
        ([True, False], [math.nan, 0.2], "1 of 2 photographs have no score"),
    ],
)
def test_what_has_no_auc_says_why(positive: list[bool], scores: list[float], why: str) -> None:
    truth, values = np.array(positive, dtype=bool), np.array(scores, dtype=float)
    figure, difference = delong.interval(truth, values), delong.difference(truth, values, values)

    assert math.isnan(figure.value) and math.isnan(figure.low) and figure.why == why
    assert math.isnan(difference.p) and difference.why == why


@pytest.mark.parametrize("scores", [[0.9, 0.8, 0.1, 0.2], [0.5] * 4])
def test_without_variance_there_is_no_interval_and_no_p(scores: list[float]) -> None:
    positive, values = np.array([True, True, False, False]), np.array(scores)

    assert math.isnan(delong.interval(positive, values).low) and "variance" in delong.interval(positive, values).why
    same = delong.difference(positive, values, values)
    assert same.value == 0 and math.isnan(same.p) and same.why


def test_one_positive_has_an_auc_without_an_interval() -> None:
    figure = delong.interval(np.array([True, False, False]), np.array([0.5, 0.6, 0.1]))
    assert figure.value == 0.5 and math.isnan(figure.high) and figure.why
