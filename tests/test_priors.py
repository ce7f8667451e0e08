from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.diagnosis import KEYS
from melanoscope.inference.priors import at_prevalence, balanced_choice, shares
from melanoscope.prediction import MELANOMA

spread = st.lists(st.floats(0.001, 1), min_size=9, max_size=9).map(lambda w: np.array(w) / sum(w))
share = st.floats(0.001, 0.999)


@given(spread, share, share)
def test_there_and_back_is_where_it_was_and_the_sum_stays_1(values: np.ndarray, prior: float, other: float) -> None:
    shifted = at_prevalence(values, prior, other)

    assert shifted.sum() == pytest.approx(1)
    np.testing.assert_allclose(at_prevalence(shifted, other, prior), values, rtol=1e-6)
    np.testing.assert_allclose(at_prevalence(values, prior, prior), values, rtol=1e-9)


@given(spread, share, share)
def test_only_melanomas_odds_change_by_the_ratio_of_the_prevalences_odds(
    values: np.ndarray, prior: float, other: float
) -> None:
    def odds(p: float) -> float:
        return p / (1 - p)

    shifted = at_prevalence(values, prior, other)
    rest = np.arange(9) != MELANOMA

    expected = odds(values[MELANOMA]) * odds(other) / odds(prior)
    assert shifted[MELANOMA] == pytest.approx(expected / (1 + expected))
    np.testing.assert_allclose(shifted[rest] / shifted[rest].sum(), values[rest] / values[rest].sum(), rtol=1e-6)


@given(spread, share)
def test_no_prevalence_changes_the_diagnosis(values: np.ndarray, other: float) -> None:
    priors = np.full(9, 1 / 9)

    shifted = at_prevalence(values, 1 / 9, other)

    now = balanced_choice(shifted, tuple(at_prevalence(priors, 1 / 9, other)))
    best = np.sort(values)[-2:]
    assert now == balanced_choice(values, tuple(priors)) or best[0] == pytest.approx(best[1])


def test_many_rows_are_shifted_as_each_alone() -> None:
    rows = np.random.default_rng(0).dirichlet(np.ones(9), size=5)

    np.testing.assert_array_equal(at_prevalence(rows, 0.2, 0.02), [at_prevalence(row, 0.2, 0.02) for row in rows])


def test_a_rare_class_is_chosen_before_a_common_one_that_is_a_little_more_probable() -> None:
    values = np.full(9, 0.1 / 7)
    values[KEYS.index("nevus")], values[KEYS.index("dermatofibroma")] = 0.5, 0.4
    priors = np.full(9, 0.5 / 8)
    priors[KEYS.index("nevus")] = 0.5

    assert KEYS[balanced_choice(values, tuple(priors))] == "dermatofibroma"
    assert KEYS[balanced_choice(values, (1 / 9,) * 9)] == "nevus"


def test_rows_are_chosen_as_each_alone() -> None:
    rows, priors = np.random.default_rng(0).dirichlet(np.ones(9), size=5), (0.2, *(0.1,) * 8)

    np.testing.assert_array_equal(balanced_choice(rows, priors), [balanced_choice(row, priors) for row in rows])


def test_a_class_without_a_share_is_never_named() -> None:
    values = np.full(9, 0.02)
    values[KEYS.index("seborrheic_keratosis")] = 0.84
    priors = np.full(9, 1 / 8)
    priors[KEYS.index("seborrheic_keratosis")] = 0

    assert KEYS[balanced_choice(values, tuple(priors))] != "seborrheic_keratosis"


def test_shares_are_of_the_photographs() -> None:
    shared = shares(np.repeat([0, MELANOMA], [300, 700]))

    assert (shared[0], shared[MELANOMA], sum(shared)) == pytest.approx((0.3, 0.7, 1))
