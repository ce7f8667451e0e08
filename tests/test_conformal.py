from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from melanoscope.diagnosis import KEYS
from melanoscope.inference.conformal import LEVELS, NEVER_EXCLUDED, fit, members
from melanoscope.prediction import MELANOMA


def drawn(n: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """n photographs, one class more likely to be called than another, with probabilities that often are wrong."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(len(KEYS), size=n)
    powers = np.exp(rng.normal(0, 1, (n, len(KEYS))) + np.eye(len(KEYS))[truth] * rng.normal(1.5, 1, (n, 1)))
    return powers / powers.sum(axis=1, keepdims=True), truth


class _Given(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier for MAPIE whose input is its probabilities."""

    def __init__(self) -> None:
        self.classes_ = np.arange(len(KEYS))
        self.is_fitted_ = True

    def fit(self, probabilities: NDArray[np.float64], truth: NDArray[np.int64]) -> _Given:
        return self

    def predict_proba(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        return probabilities

    def predict(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.asarray(probabilities.argmax(axis=1))


@pytest.mark.filterwarnings("ignore:WARNING. your conformalization dataset has less labels:UserWarning")
@pytest.mark.parametrize("seed", range(3))
def test_each_class_is_excluded_exactly_where_mapie_does_on_the_photographs_of_that_class(seed: int) -> None:
    """Class-conditional is split conformal on one class at a time; MAPIE has it as `lac` on each."""
    from mapie.classification import SplitConformalClassifier

    (held_out, truth), (new, _) = drawn(400, seed), drawn(300, seed + 100)
    ours = members(new, fit(held_out, truth, "a test"))

    for k, level in enumerate(LEVELS):
        theirs = SplitConformalClassifier(_Given(), confidence_level=level, conformity_score="lac", prefit=True)
        theirs.conformalize(held_out[truth == k], truth[truth == k])
        np.testing.assert_array_equal(ours[:, k], theirs.predict_set(new)[1][:, k, 0])


scores = st.lists(st.floats(0, 1), min_size=2, max_size=60)


@given(scores, st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_of_exchangeable_photographs_each_in_turn_is_covered_at_least_as_often_as_promised(
    melanoma: list[float], level: float
) -> None:
    """The theorem itself: whichever of n + 1 is the new one, and the others are held out, `level` of them are in."""
    rows = np.zeros((len(melanoma), len(KEYS)))
    rows[:, MELANOMA] = melanoma
    truth = np.full(len(melanoma), MELANOMA)

    covered = []
    for i in range(len(melanoma)):
        rest = np.arange(len(melanoma)) != i
        covered.append(members(rows[i], fit(rows[rest], truth[rest], "a test", (level,) * 9))[MELANOMA])

    assert np.mean(covered) >= level - 1e-9


def test_new_photographs_of_each_class_are_covered_and_not_much_more() -> None:
    """Over many draws, a class of n held-out photographs is covered between its level and 1 / (n + 1) above it."""
    rates = []
    for seed in range(200):
        (held_out, truth), (new, new_truth) = drawn(400, seed), drawn(400, seed + 1000)
        within = members(new, fit(held_out, truth, "a test"))[np.arange(400), new_truth]
        rates.append([np.mean(within[new_truth == k]) for k in range(len(KEYS))])

    excess = np.mean(rates, axis=0) - LEVELS
    assert (excess > -0.01).all() and (excess < 1 / 35 + 0.01).all()


@pytest.mark.parametrize(("level", "enough"), [(0.95, 19), (0.9, 9)])
def test_a_class_with_too_few_photographs_is_never_excluded(level: float, enough: int) -> None:
    rows, truth = drawn(4 * 9 * enough)
    of_melanoma = np.flatnonzero(truth == MELANOMA)

    few, many = (
        fit(rows[of_melanoma[:n]], truth[of_melanoma[:n]], "a test", (level,) * 9) for n in (enough - 1, enough)
    )

    assert few.quantiles[MELANOMA] == NEVER_EXCLUDED and members(np.zeros(9), few).all()
    assert many.quantiles[MELANOMA] < NEVER_EXCLUDED and not members(np.zeros(9), many)[MELANOMA]
    assert many.counts[MELANOMA] == enough and sum(many.counts) == enough


def test_melanoma_is_promised_more_than_the_others() -> None:
    assert LEVELS[MELANOMA] == 0.95 and set(LEVELS[:MELANOMA] + LEVELS[MELANOMA + 1 :]) == {0.9}
