from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from melanoscope.evaluation.binary import DRAWN, curves, malignant, melanoma, thinned
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.ranking import RATES
from melanoscope.evaluation.results import Binary
from toy_cases import many, record, toy_cases


def figures(binary: Binary) -> list[Figure]:
    at = [*binary.sensitivity_at.values(), *binary.specificity_at.values()]
    return [binary.auc, binary.auc_delong, binary.average_precision, binary.partial_auc, *at]


def test_melanoma_against_the_rest_has_every_figure_with_its_interval() -> None:
    cases = many(300)
    found = melanoma(cases, prevalence=0.02, rounds=200)

    assert (found.positive, found.n, found.positives) == ("melanoma", 300, int(cases.is_melanoma.sum()))
    assert found.auc.value == pytest.approx(sklearn_metrics.roc_auc_score(cases.is_melanoma, cases.melanoma))
    assert found.auc_delong.value == pytest.approx(found.auc.value)
    assert all(figure.low < figure.value < figure.high and not figure.why for figure in figures(found))
    assert tuple(found.sensitivity_at) == tuple(found.specificity_at) == RATES
    assert [point.name for point in found.points] == ["ALERT", "ALERT or REVIEW"]
    assert all(point.biopsies_at_prevalence for point in found.points)
    assert found.net_benefit


def test_the_same_seed_gives_the_same_figures_and_another_the_same_values() -> None:
    first, again, other = (melanoma(many(100), rounds=50, seed=seed) for seed in (1, 1, 2))
    assert figures(first) == figures(again) != figures(other)
    assert [f.value for f in figures(first)] == [f.value for f in figures(other)]


def test_malignant_leaves_out_what_its_label_leaves_open() -> None:
    records = [
        record("a", "melanoma"),
        record("b", "basal_cell_carcinoma"),
        record("c", "actinic_keratosis", "squamous_cell_carcinoma"),  # HAM10000's akiec
        record("d", "nevus"),
        record("e", "pigmented_benign_keratosis", "seborrheic_keratosis"),
    ]
    cases = toy_cases(records, [0.9, 0.1, 0.3, 0.2, 0.1], [0.9, 0.8, 0.0, 0.3, 0.1], called=[3, 1, 1, 1, 4])
    found = malignant(cases, rounds=20)

    assert found
    assert (found.n, found.positives, found.auc.value) == (4, 2, 1.0)
    assert found.points[0].name == "class named" and found.points[0].specificity.value == 0.5
    assert melanoma(cases, rounds=20).points[0].sensitivity.value == 1


def test_a_system_that_says_nothing_of_malignancy_has_no_such_figures() -> None:
    cases = replace(many(20), malignant=None, outcomes=None, called=None)
    assert malignant(cases) is None
    assert melanoma(cases, rounds=20).points == ()


def test_a_perfect_system_on_few_photographs_is_not_said_to_be_certain() -> None:
    cases = toy_cases([record(str(i), "melanoma" if i < 5 else "nevus") for i in range(20)], [0.9] * 5 + [0.1] * 15)
    found = melanoma(cases, rounds=100)

    assert found.auc.value == 1 and math.isnan(found.auc.low) and "same value" in found.auc.why
    assert math.isnan(found.auc_delong.low) and found.auc_delong.why
    assert found.sensitivity_at[0.95].value == 1
    assert found.sensitivity_at[0.95].low == pytest.approx(0.566, abs=1e-3)  # Wilson's, of five melanomas


DEGENERATE = {
    "no melanoma": toy_cases([record(c, "nevus") for c in "abc"], [0.1, 0.2, 0.3], [0.1, 0.2, 0.3], "ANN"),
    "melanoma only": toy_cases([record(c, "melanoma") for c in "abc"], [0.1, 0.2, 0.3], [0.1, 0.2, 0.3], "ANN"),
    "one photograph": toy_cases([record("a", "melanoma")], [0.5], [0.5], "A"),
    "none": toy_cases([], [], [], ""),
    "a score that is nan": toy_cases(
        [record("a", "melanoma"), record("b", "nevus")], [math.nan, 0.1], [math.nan, 0.1], "UN"
    ),
}


@pytest.mark.parametrize("cases", DEGENERATE.values(), ids=DEGENERATE.keys())
def test_what_cannot_be_measured_is_nan_with_a_reason(cases: Cases) -> None:
    for found in (melanoma(cases, 0.1, rounds=20), malignant(cases, 0.1, rounds=20)):
        assert found
        assert all(math.isnan(figure.value) and math.isnan(figure.low) and figure.why for figure in figures(found))
        assert found.roc.shape == found.precision_recall.shape == (0, 2)
        assert len(found.points) == 2


ROWS = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.2, 0.5, 1.0, math.nan])), max_size=8)


@given(ROWS)
def test_a_figure_is_in_its_range_or_says_why_not(rows: list[tuple[bool, float]]) -> None:
    records = [record(str(i), "melanoma" if sick else "nevus") for i, (sick, _) in enumerate(rows)]
    for figure in figures(melanoma(toy_cases(records, [score for _, score in rows]), rounds=5)):
        if figure.why:
            assert math.isnan(figure.low) and math.isnan(figure.high)
        else:
            assert all(0 <= number <= 1 + 1e-12 for number in (figure.value, figure.low, figure.high))


def test_equal_scores_are_chance() -> None:
    cases = replace(many(50), melanoma=np.full(50, 0.3))
    found = melanoma(cases, rounds=50)
    assert found.auc.value == 0.5 and found.partial_auc.value == pytest.approx(0.02)
    assert found.average_precision.value == pytest.approx(cases.is_melanoma.mean())
    assert found.roc.tolist() == [[0, 0], [1, 1]]


def test_the_curves_are_scikit_learns() -> None:
    cases = many(200)
    roc, precision_recall = curves(cases.is_melanoma, cases.melanoma)
    false, true, _ = sklearn_metrics.roc_curve(cases.is_melanoma, cases.melanoma, drop_intermediate=False)
    precision, recall, _ = sklearn_metrics.precision_recall_curve(cases.is_melanoma, cases.melanoma)

    assert roc == pytest.approx(np.column_stack([false, true]))
    assert precision_recall[1:] == pytest.approx(np.column_stack([recall, precision])[::-1][1:])


def test_a_long_curve_is_thinned_without_being_bent() -> None:
    cases = many(20_000)
    roc, precision_recall = curves(cases.is_melanoma, cases.melanoma)
    whole = np.column_stack(sklearn_metrics.roc_curve(cases.is_melanoma, cases.melanoma)[:2])
    furthest = max(np.abs(roc - point).sum(axis=1).min() for point in whole)

    assert len(roc) <= DRAWN and len(precision_recall) <= DRAWN
    assert roc[0].tolist() == [0, 0] and roc[-1].tolist() == [1, 1]
    assert furthest <= 2 / (DRAWN - 1)
    assert np.trapezoid(roc[:, 1], roc[:, 0]) == pytest.approx(
        sklearn_metrics.roc_auc_score(cases.is_melanoma, cases.melanoma), abs=1e-4
    )


def test_a_short_curve_is_left_as_it_is() -> None:
    curve = np.random.default_rng(0).random((DRAWN, 2))
    assert thinned(curve) is curve
