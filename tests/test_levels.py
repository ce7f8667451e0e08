from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.errors import InputError
from melanoscope.evaluation.levels import at_level, said_of
from melanoscope.prediction import Outcome
from toy_cases import OUTCOMES, many, record, toy_cases


def test_the_most_urgent_photograph_speaks_for_its_lesion() -> None:
    records = [
        record("a", "nevus", lesion="1"),
        record("b", "nevus", lesion="2"),
        record("c", "nevus", lesion="1"),
        record("d", "nevus", lesion="1"),
        record("e", "nevus", lesion="2"),
    ]
    cases = toy_cases(records, [0.9, 0.1, 0.3, 0.4, 0.2], [0.9, 0.1, 0.5, 0.6, 0.2], "NNVVN")
    lesions = at_level(cases, "lesion")

    assert [r.image_id for r in lesions.records] == ["d", "e"]
    assert lesions.melanoma.tolist() == [0.4, 0.2]
    assert lesions.malignant is not None and lesions.malignant.tolist() == [0.6, 0.2]
    assert lesions.outcomes == (Outcome.REVIEW, Outcome.ROUTINE)


def test_without_outcomes_the_highest_score_speaks() -> None:
    cases = toy_cases([record(c, "nevus", lesion="1") for c in "abc"], [0.1, 0.9, 0.5])
    assert at_level(cases, "lesion").melanoma.tolist() == [0.9]


def test_a_photograph_without_a_score_speaks_only_where_all_are() -> None:
    records = [*(record(c, "nevus", lesion="1") for c in "ab"), record("c", "nevus", lesion="2")]
    lesions = at_level(toy_cases(records, [math.nan, 0.1, math.nan], outcomes="UNU"), "lesion")
    assert lesions.outcomes == (Outcome.ROUTINE, Outcome.UNREADABLE)
    assert lesions.melanoma[0] == 0.1 and math.isnan(lesions.melanoma[1])


def test_the_gravest_truth_counts() -> None:
    akiec = ("actinic_keratosis", "squamous_cell_carcinoma")
    records = [
        record("a", "nevus", patient="1"),
        record("b", "melanoma", patient="1"),
        record("c", "nevus", patient="2"),
        record("d", *akiec, patient="2"),
        record("e", *akiec, patient="3"),
        record("f", "basal_cell_carcinoma", patient="3"),
        record("g", "dermatofibroma", patient="4"),
        record("h", "nevus", patient="4"),
    ]
    cases = toy_cases(records, [0.5, 0.1, 0.5, 0.1, 0.5, 0.1, 0.5, 0.1])
    patients = at_level(cases, "patient")

    assert patients.is_melanoma.tolist() == [True, False, False, False]
    assert patients.malignancy.tolist() == [1, -1, 1, 0]
    assert [r.image_id for r in patients.records] == ["a", "c", "e", "g"]
    assert patients.records[3].diagnosis and patients.records[3].diagnosis.key == "dermatofibroma"
    assert said_of(cases, "patient") == ("3 patients have photographs of different truths; the gravest is taken.",)


def test_a_photograph_of_no_known_lesion_stands_for_itself() -> None:
    records = [
        record("a", "nevus"),
        record("1", "nevus", lesion="a"),
        record("c", "nevus"),
        record("d", "nevus", lesion="a"),
    ]
    cases = toy_cases(records, [0.1, 0.2, 0.3, 0.4])
    assert [r.image_id for r in at_level(cases, "lesion").records] == ["a", "d", "c"]
    assert said_of(cases, "lesion") == ("2 of 4 photographs have no lesion_id; each stands for itself.",)


def test_without_any_id_there_is_no_such_level() -> None:
    cases = toy_cases([record("a", "nevus"), record("b", "melanoma")], [0.1, 0.2])
    for level in ("lesion", "patient"):
        with pytest.raises(InputError, match=f"made up: no photograph has a {level}_id"):
            at_level(cases, level)
    with pytest.raises(InputError, match="unknown level clinic"):
        at_level(cases, "clinic")


def test_by_photograph_nothing_changes() -> None:
    cases = many(20)
    assert at_level(cases, "photograph") is cases
    assert said_of(cases, "photograph") == ()


@given(
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(sorted(OUTCOMES)), st.booleans()), min_size=1, max_size=30)
)
def test_every_lesion_has_one_row_that_is_its_most_urgent(rows: list[tuple[int, str, bool]]) -> None:
    records = [
        record(str(i), "melanoma" if sick else "nevus", lesion=str(lesion)) for i, (lesion, _, sick) in enumerate(rows)
    ]
    cases = toy_cases(records, np.linspace(0, 1, len(rows)).tolist(), outcomes="".join(letter for _, letter, _ in rows))
    lesions = at_level(cases, "lesion")

    assert len(lesions) == len({lesion for lesion, _, _ in rows})
    assert lesions.outcomes
    for r, outcome, sick in zip(lesions.records, lesions.outcomes, lesions.is_melanoma, strict=True):
        same = [row for row in rows if str(row[0]) == r.lesion_id]
        assert outcome.urgency == min(OUTCOMES[letter].urgency for _, letter, _ in same)
        assert sick == any(sick for _, _, sick in same)
