from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import toy_study
from melanoscope.diagnosis import COARSE, Label
from melanoscope.errors import InputError
from melanoscope.evaluation.as_json import as_json
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.evaluate import evaluate
from melanoscope.evaluation.results import Evaluation

ROUNDS = 20
N = 60


def cases() -> Cases:
    return toy_study.cases(N)


def labelled(*keys: str) -> Cases:
    """All with one label."""
    drawn = cases()
    return replace(drawn, records=tuple(replace(r, label=Label.of(*keys)) for r in drawn.records))


def judged(drawn: Cases, **options: Any) -> Evaluation:
    """The figures, which JSON can say without nan."""
    evaluation = evaluate(drawn, rounds=ROUNDS, **options)
    json.dumps(as_json(evaluation), allow_nan=False)
    return evaluation


def test_everything_is_measured_of_a_system_that_says_everything() -> None:
    extra = {"skin tone (estimated)": {r.path: "light" for r in cases().records}}
    everything = replace(cases(), stamp="too good", not_excluded=np.ones((N, 9), bool))
    found = judged(everything, prevalence=0.02, temperature=1.6, extra=extra)
    assert (found.n, found.photographs, found.level, found.prevalence) == (N, N, "photograph", 0.02)
    assert found.melanomas == cases().is_melanoma.sum() and found.groups == len(set(cases().groups))
    assert found.melanoma.positive == "melanoma" and found.malignant is not None and found.clinic is not None
    assert [each.taxonomy for each in found.classes] == ["nine diagnoses", "HAM10000's seven", "ISIC 2019's eight"]
    assert [each.what for each in found.calibration] == [
        "the called class, before temperature scaling",
        "the called class",
        "melanoma, before temperature scaling",
        "melanoma",
    ]
    attributes = dict.fromkeys(each.attribute for each in found.subgroups)
    assert list(attributes) == ["age", "sex", "body site", "confirmed by", "skin tone (estimated)"]
    assert found.notes == ("There are no subgroups by source: no photograph states it.",)
    assert found.stamp == "too good"
    assert found.coverage is not None and (found.coverage.all.value, found.coverage.size.value) == (1, 9)


def test_the_same_cases_give_the_same_figures() -> None:
    assert as_json(judged(cases(), seed=1)) == as_json(judged(cases(), seed=1))


def test_by_lesion_there_are_fewer() -> None:
    found = judged(cases(), level="lesion", temperature=1.6)
    assert found.level == "lesion" and found.n == found.groups < found.photographs == N
    assert {each.n for each in found.calibration} == {found.n} and sum(each.n for each in found.classes) == 3 * found.n


def test_without_ids_there_is_no_level() -> None:
    with pytest.raises(InputError, match="patient_id"):
        judged(cases(), level="patient")


@pytest.mark.parametrize(
    ("key", "note"),
    [("nevus", "No photograph is of a melanoma"), ("melanoma", "Every photograph is of a melanoma")],
)
def test_one_class_alone_is_said(key: str, note: str) -> None:
    found = judged(labelled(key), temperature=1.6)
    assert math.isnan(found.melanoma.auc.value) and found.melanoma.auc.why
    assert any(sentence.startswith(note) for sentence in found.notes)
    assert found.classes[0].macro_auc.why == "only one class occurs"


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_photographs(n: int) -> None:
    found = judged(cases().take(np.arange(n)), temperature=1.6)
    assert found.n == n and found.notes
    assert len(found.calibration) == (4 if n else 0)


def test_one_photograph_has_no_intervals() -> None:
    found = judged(cases().take(np.arange(1)))
    assert "There are fewer than two lesions or patients, so there are no intervals." in found.notes


def test_equal_scores_are_said() -> None:
    equal = replace(cases(), melanoma=np.full(N, 0.5), probabilities=np.full((N, 9), 1 / 9))
    found = judged(equal, temperature=1.6)
    assert found.melanoma.auc.value == 0.5 and found.classes[0].macro_auc.value == 0.5
    assert "All melanoma scores are equal: the system tells no photograph from another." in found.notes


def test_certain_probabilities_are_no_trouble() -> None:
    drawn = cases()
    assert drawn.called is not None
    judged(replace(drawn, probabilities=np.eye(9)[drawn.called]), temperature=0.2)


def test_scores_that_are_no_numbers_are_counted() -> None:
    drawn = cases()
    assert drawn.probabilities is not None
    scores, chances = drawn.melanoma.copy(), drawn.probabilities.copy()
    scores[3], chances[3] = np.nan, np.nan
    found = judged(replace(drawn, melanoma=scores, probabilities=chances), temperature=1.6)
    assert math.isnan(found.melanoma.auc.value) and found.calibration == ()
    assert found.notes[0].startswith(f"1 of {N} melanoma scores are not numbers")
    assert not math.isnan(found.classes[0].balanced_accuracy.value), "the system still names classes"


def test_what_a_system_does_not_say_is_not_judged_and_noted() -> None:
    drawn = cases()
    scores = replace(drawn, malignant=None, probabilities=None, called=None, outcomes=None)
    found = judged(scores, temperature=1.6)
    assert (found.malignant, found.clinic, found.classes) == (None, None, ())
    assert [each.what for each in found.calibration] == ["melanoma"]
    assert len([note for note in found.notes if note.startswith("The system")]) == 3


def test_an_unknown_temperature_is_noted() -> None:
    found = judged(cases())
    assert [each.what for each in found.calibration] == ["the called class", "melanoma"]
    assert any("temperature" in note for note in found.notes)


def test_wide_labels_are_judged_where_they_decide() -> None:
    found = judged(labelled(*COARSE["akiec"]))
    assert [each.taxonomy for each in found.classes] == ["HAM10000's seven"]


def test_photographs_of_unknown_lesions_are_noted() -> None:
    drawn = cases()
    found = judged(replace(drawn, records=tuple(replace(r, lesion_id=None) for r in drawn.records)))
    assert any(note.startswith(f"{N} of {N} have no lesion or patient id") for note in found.notes)
