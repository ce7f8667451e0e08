from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from melanoscope.evaluation.operating import calls, point, predictive_values
from melanoscope.evaluation.results import Point
from melanoscope.prediction import MELANOMA
from toy_cases import many, record, toy_cases

POSITIVE = np.array([True] * 5 + [False] * 15)
CALLED = np.array([True] * 4 + [False] + [True] * 6 + [False] * 9)
GROUPS = [str(i) for i in range(20)]


def judged(positive: list[bool], called: list[bool], prevalence: float | None = 0.1) -> Point:
    groups = [str(i) for i in range(len(positive))]
    return point("threshold", np.array(positive, dtype=bool), np.array(called, dtype=bool), groups, prevalence, 50)


def test_the_shares_are_scikit_learns() -> None:
    found = point("threshold", POSITIVE, CALLED, GROUPS)

    assert found.sensitivity.value == sklearn_metrics.recall_score(POSITIVE, CALLED) == 0.8
    assert found.specificity.value == sklearn_metrics.recall_score(~POSITIVE, ~CALLED) == 0.6
    assert found.ppv.value == sklearn_metrics.precision_score(POSITIVE, CALLED) == 0.4
    assert found.npv.value == sklearn_metrics.precision_score(~POSITIVE, ~CALLED) == 0.9
    assert found.flagged.value == 0.5
    assert found.biopsies.value == 2.5
    assert [f.n for f in (found.sensitivity, found.specificity, found.ppv, found.npv, found.flagged)] == [
        5,
        15,
        10,
        10,
        20,
    ]
    assert found.ppv_at_prevalence is None
    assert found.sensitivity.low < 0.8 < found.sensitivity.high


def test_at_the_photographs_own_prevalence_bayes_changes_nothing() -> None:
    found = point("threshold", POSITIVE, CALLED, GROUPS, prevalence=0.25)

    assert found.ppv_at_prevalence and found.npv_at_prevalence and found.biopsies_at_prevalence
    assert found.ppv_at_prevalence.value == pytest.approx(found.ppv.value)
    assert found.npv_at_prevalence.value == pytest.approx(found.npv.value)
    assert found.biopsies_at_prevalence.value == pytest.approx(found.biopsies.value)


def test_where_melanoma_is_rarer_more_must_be_biopsied() -> None:
    common, rare = (point("threshold", POSITIVE, CALLED, GROUPS, p).biopsies_at_prevalence for p in (0.2, 0.02))
    assert common and rare and rare.value > common.value and rare.low > common.low


@given(*[st.floats(0.01, 0.99)] * 3)
def test_bayes_is_the_table_of_a_large_clinic(sensitivity: float, specificity: float, prevalence: float) -> None:
    sick, well = 1e6 * prevalence, 1e6 * (1 - prevalence)
    ppv, npv = predictive_values(sensitivity, specificity, prevalence)
    assert ppv == pytest.approx(sick * sensitivity / (sick * sensitivity + well * (1 - specificity)))
    assert npv == pytest.approx(well * specificity / (well * specificity + sick * (1 - sensitivity)))


def test_five_of_five_found_have_wilsons_interval() -> None:
    found = judged([True] * 5 + [False] * 5, [True] * 5 + [False] * 5)
    assert found.sensitivity.value == found.ppv.value == 1
    assert found.sensitivity.low == found.ppv.low == pytest.approx(0.566, abs=1e-3)
    assert found.biopsies.value == found.biopsies.low == 1
    assert found.biopsies.high == pytest.approx(1 / 0.566, abs=0.01)


@pytest.mark.parametrize(
    ("positive", "called", "undefined"),
    [
        ([True, True], [True, False], {"specificity": "all photographs are positive"}),
        ([False, False], [True, False], {"sensitivity": "no photograph is positive"}),
        ([True, False], [False, False], {"ppv": "none is called", "biopsies": "none is called"}),
        ([True, False], [True, True], {"npv": "all are called"}),
        ([True, False, False], [False, True, False], {"biopsies": "none of those called is positive"}),
        ([], [], dict.fromkeys(("sensitivity", "specificity"), "photograph") | {"flagged": "there are no photographs"}),
    ],
)
def test_what_is_undefined_says_why(positive: list[bool], called: list[bool], undefined: dict[str, str]) -> None:
    found = judged(positive, called)
    for name, why in undefined.items():
        assert math.isnan(getattr(found, name).value) and why in getattr(found, name).why


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_a_figure_is_a_number_or_says_why_not(rows: list[tuple[bool, bool]]) -> None:
    found = judged([p for p, _ in rows], [c for _, c in rows])
    for figure in (getattr(found, field.name) for field in fields(found) if field.name != "name"):
        whole = figure.low <= figure.value + 1e-9 and figure.value <= figure.high + 1e-9
        assert whole if not figure.why else math.isnan(figure.low)


def test_number_needed_to_biopsy_without_an_upper_end_has_no_interval() -> None:
    found = judged([True] + [False] * 9, [True] * 10)
    assert found.biopsies.value == 10
    assert math.isnan(found.biopsies.high) and "no upper end" in found.biopsies.why


def test_the_outcomes_make_two_points_and_a_named_class_one() -> None:
    cases = toy_cases([record(str(i), "melanoma") for i in range(4)], [0.5] * 4, outcomes="AVTN")
    assert {name: called.tolist() for name, called in calls(cases, [MELANOMA]).items()} == {
        "ALERT": [True, False, False, False],
        "ALERT or REVIEW": [True, True, False, False],
    }
    named = toy_cases(cases.records, [0.5] * 4, called=[MELANOMA, 0, 1, MELANOMA])
    assert calls(named, [MELANOMA])["class named"].tolist() == [True, False, False, True]
    assert calls(toy_cases(cases.records, [0.5] * 4), [MELANOMA]) == {}


def test_photographs_of_one_lesion_are_drawn_together() -> None:
    cases = many(400)
    called = cases.melanoma > 0.5
    together = point("threshold", cases.is_melanoma, called, cases.groups).sensitivity
    apart = point("threshold", cases.is_melanoma, called, [str(i) for i in range(400)]).sensitivity
    assert together.value == apart.value and together != apart
