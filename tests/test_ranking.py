from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from melanoscope.evaluation import metrics
from melanoscope.evaluation.ranking import NAMES, RATES, Ranked, sensitivity_at, specificity_at

# A few scores, so that there are ties; weights are how often a row was drawn.
ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 8), st.integers(0, 3)), min_size=2, max_size=60)
Rows = list[tuple[bool, int, int]]


def arrays(rows: Rows) -> tuple[metrics.Flags, metrics.Scores, metrics.Scores]:
    positive, scores, weights = (np.array(column) for column in zip(*rows, strict=True))
    return positive, scores / 8, weights.astype(np.float64)


def isic_2024(positive: metrics.Flags, scores: metrics.Scores) -> float:
    """The challenge's metric as published: the area of the mirrored problem up to a false positive rate of 0.2."""
    largest, smallest = 0.2, 0.5 * 0.2**2
    scaled = sklearn_metrics.roc_auc_score(~positive, -scores, max_fpr=largest)
    return float(smallest + (largest - smallest) / (1.0 - 0.5) * (scaled - 0.5))


@given(ROWS)
def test_the_areas_are_scikit_learns_and_isic_2024s(rows: Rows) -> None:
    positive, scores, weights = arrays(rows)
    assume(positive.any() and not positive.all())
    figures = Ranked.of(positive, scores).figures(np.ones(len(rows)))

    assert figures["auc"] == pytest.approx(sklearn_metrics.roc_auc_score(positive, scores))
    assert figures["auc"] == pytest.approx(metrics.auc(positive, scores))
    assert figures["average_precision"] == pytest.approx(sklearn_metrics.average_precision_score(positive, scores))
    assert figures["partial_auc"] == pytest.approx(isic_2024(positive, scores), abs=1e-12)
    assert 0 <= figures["partial_auc"] <= 0.2 + 1e-12


@given(ROWS)
def test_a_weight_is_as_many_rows(rows: Rows) -> None:
    positive, scores, weights = arrays(rows)
    repeated = np.repeat(np.arange(len(rows)), weights.astype(int))
    weighted = Ranked.of(positive, scores).figures(weights)

    if not len(repeated):
        assert all(math.isnan(value) for value in weighted.values())
        return
    alone = Ranked.of(positive[repeated], scores[repeated]).figures(np.ones(len(repeated)))
    assert weighted == pytest.approx(alone, nan_ok=True)


@given(ROWS)
def test_sensitivity_and_specificity_are_the_best_of_any_threshold(rows: Rows) -> None:
    positive, scores, _ = arrays(rows)
    assume(positive.any() and not positive.all())
    figures = Ranked.of(positive, scores).figures(np.ones(len(rows)))
    points = [(np.mean(scores[positive] >= t), np.mean(scores[~positive] < t)) for t in (*np.unique(scores), np.inf)]
    for rate in RATES:
        best_sensitivity = max(sensitivity for sensitivity, specificity in points if specificity >= rate - 1e-9)
        best_specificity = max(specificity for sensitivity, specificity in points if sensitivity >= rate - 1e-9)
        assert figures[sensitivity_at(rate)] == pytest.approx(best_sensitivity)
        assert figures[specificity_at(rate)] == pytest.approx(best_specificity)


@given(ROWS)
def test_only_the_order_of_the_scores_matters(rows: Rows) -> None:
    positive, scores, weights = arrays(rows)
    assert Ranked.of(positive, scores).figures(weights) == pytest.approx(
        Ranked.of(positive, np.exp(scores) - 100).figures(weights), nan_ok=True
    )


@given(ROWS)
def test_what_is_called_at_thresholds_is_what_reaches_them(rows: Rows) -> None:
    positive, scores, weights = arrays(rows)
    thresholds = np.array([1.5, 0.9, 0.5, 0.5, 0.1, -1.0])
    true, false = Ranked.of(positive, scores).called(thresholds, weights)

    assert true[0] == false[0] == 0
    assert true[1:].tolist() == [weights[positive & (scores >= t)].sum() for t in thresholds]
    assert false[1:].tolist() == [weights[~positive & (scores >= t)].sum() for t in thresholds]


def test_a_perfect_and_a_blind_ranking() -> None:
    positive = np.array([True] * 4 + [False] * 16)
    perfect = Ranked.of(positive, positive.astype(float)).figures(np.ones(20))
    blind = Ranked.of(positive, np.full(20, 0.5)).figures(np.ones(20))

    assert perfect == pytest.approx(dict.fromkeys(NAMES, 1.0) | {"partial_auc": 0.2})
    assert (blind["auc"], blind["average_precision"]) == pytest.approx((0.5, 0.2))
    assert blind["partial_auc"] == pytest.approx(0.02)
    assert blind[sensitivity_at(0.95)] == blind[specificity_at(0.95)] == 0


def test_one_of_twenty_is_five_per_cent() -> None:
    """19 of 20 negatives are 95 % specificity, whatever 0.05 * 20 rounds to."""
    positive = np.array([True] + [False] * 20)
    scores = np.array([0.5, 0.9] + [0.1] * 19)
    assert Ranked.of(positive, scores).figures(np.ones(21))[sensitivity_at(0.95)] == 1.0


@pytest.mark.parametrize("kind", [True, False])
def test_one_kind_alone_has_no_figure(kind: bool) -> None:
    figures = Ranked.of(np.full(3, kind), np.arange(3.0)).figures(np.ones(3))
    assert tuple(figures) == NAMES and all(math.isnan(value) for value in figures.values())
