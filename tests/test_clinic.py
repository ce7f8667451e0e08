from __future__ import annotations

import math
from dataclasses import replace

import pytest

from melanoscope.evaluation.clinic import clinic
from melanoscope.prediction import Outcome
from toy_cases import many, record, toy_cases

RECORDS = [
    record("a", "melanoma"),
    record("b", "melanoma"),
    record("c", "melanoma"),
    record("d", "melanoma"),
    record("e", "nevus"),
    record("f", "nevus"),
    record("g", "nevus"),
    record("h", "basal_cell_carcinoma"),
    record("i", "actinic_keratosis", "squamous_cell_carcinoma"),
    record("j", "nevus"),
]
CASES = toy_cases(RECORDS, [0.9, 0.2, 0.1, math.nan, 0.8, 0.1, 0.1, 0.3, 0.3, 0.0], outcomes="ANTUANNVVO")


def test_it_counts_the_time_gained_and_its_price() -> None:
    found = clinic(CASES, rounds=50)

    assert found
    assert {outcome: round(share.value * 10) for outcome, share in found.shares.items()} == {
        Outcome.ALERT: 2,
        Outcome.REVIEW: 2,
        Outcome.RETAKE: 1,
        Outcome.UNREADABLE: 1,
        Outcome.OUT_OF_SCOPE: 1,
        Outcome.ROUTINE: 3,
    }
    assert found.routine_npv.value == pytest.approx(2 / 3) and found.routine_npv.n == 3
    assert (found.benign_flagged.value, found.benign_flagged.n) == (0.25, 4)
    assert found.refused.value == pytest.approx(0.3) and found.refused.n == 10


def test_the_missed_melanomas_are_named_the_least_urgent_first() -> None:
    found = clinic(CASES, rounds=50)
    assert found
    assert [(missed.image_id, missed.outcome) for missed in found.missed] == [
        ("b", Outcome.ROUTINE),
        ("d", Outcome.UNREADABLE),
        ("c", Outcome.RETAKE),
    ]
    assert found.missed[0].melanoma == 0.2


def test_a_clinic_without_a_miss_is_not_certain_of_it() -> None:
    cases = toy_cases([record(c, "nevus") for c in "abcde"], [0.1] * 5, outcomes="NNNNN")
    found = clinic(cases, rounds=50)
    assert found
    assert (found.routine_npv.value, found.routine_npv.high, found.missed) == (1, 1, ())
    assert found.routine_npv.low == pytest.approx(0.566, abs=1e-3)


def test_where_nothing_ends_as_routine_there_is_no_npv() -> None:
    found = clinic(toy_cases([record("a", "melanoma"), record("b", "melanoma")], [0.9, 0.8], outcomes="AA"), rounds=50)
    assert found
    for figure in (found.routine_npv, found.benign_flagged):
        assert math.isnan(figure.value) and figure.n == 0 and figure.why


def test_a_system_without_outcomes_has_no_clinic() -> None:
    assert clinic(replace(many(10), outcomes=None)) is None
