import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from melanoscope.evaluation import metrics

CASES = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=1, max_size=60)


def arrays(cases: list[tuple[bool, int]]) -> tuple[metrics.Flags, metrics.Scores]:
    positive, scores = zip(*cases, strict=True)
    return np.array(positive), np.array(scores, dtype=float) / 8


def specificity(positive: metrics.Flags, called: metrics.Flags) -> float:
    return float(sklearn_metrics.recall_score(~positive, ~called))


@given(CASES)
def test_auc_is_scikit_learns_with_ties_and_nan_where_undefined(cases: list[tuple[bool, int]]) -> None:
    positive, scores = arrays(cases)
    if positive.all() or not positive.any():
        assert math.isnan(metrics.auc(positive, scores))
    else:
        assert metrics.auc(positive, scores) == pytest.approx(sklearn_metrics.roc_auc_score(positive, scores))


@given(CASES, st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_threshold_at_specificity_is_the_lowest_that_suffices(cases: list[tuple[bool, int]], wanted: float) -> None:
    positive, scores = arrays(cases)
    threshold = metrics.threshold_at_specificity(positive, scores, wanted)
    if positive.all():
        assert math.isnan(threshold)
        return
    assert specificity(positive, scores >= threshold) >= wanted
    lower = scores[scores < threshold]
    assert all(specificity(positive, scores >= t) < wanted for t in lower)


def test_balanced_accuracy_is_scikit_learns() -> None:
    truth, called = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 2])
    expected = sklearn_metrics.balanced_accuracy_score(truth, called)
    assert metrics.balanced_accuracy(truth, called) == pytest.approx(expected)


def test_what_is_open_between_classes_does_not_count() -> None:
    truth, called = np.array([0, -1, 0, 1, -1]), np.array([0, 0, 1, 1, 1])
    assert metrics.balanced_accuracy(truth, called) == metrics.balanced_accuracy(truth[[0, 2, 3]], called[[0, 2, 3]])
    assert math.isnan(metrics.balanced_accuracy(np.array([-1]), np.array([0])))


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30))
def test_a_weight_is_as_many_photographs(rows: list[tuple[int, int, int]]) -> None:
    truth, called, weights = (np.array(column) for column in zip(*rows, strict=True))
    repeated = metrics.balanced_accuracy(np.repeat(truth, weights), np.repeat(called, weights))
    assert metrics.balanced_accuracy(truth, called, weights.astype(float)) == pytest.approx(repeated, nan_ok=True)


def test_no_photographs_give_nan() -> None:
    nothing = np.array([], dtype=np.int64)
    assert math.isnan(metrics.balanced_accuracy(nothing, nothing))


def test_a_score_that_is_nan_makes_the_auc_nan() -> None:
    assert math.isnan(metrics.auc(np.array([True, False]), np.array([np.nan, 0.5])))
