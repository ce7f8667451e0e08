from __future__ import annotations

from dataclasses import replace

import toy_study
from melanoscope.evaluation.intervals import Figure
from melanoscope.prediction import Outcome
from melanoscope.report import study_words

NAN = float("nan")


def test_what_was_found_is_counted() -> None:
    melanoma = toy_study.study().evaluations[0].melanoma
    drawn = toy_study.cases()
    alerted = [o is Outcome.ALERT for o in drawn.outcomes or ()]
    hits = sum(a and m for a, m in zip(alerted, drawn.is_melanoma, strict=True))
    sentence = study_words.found(melanoma.points[0], melanoma, "photograph")
    assert f"Of {melanoma.positives} photographs of melanoma {hits} were flagged (ALERT): sensitivity" in sentence
    assert "at the stated prevalence" in sentence


def test_one_is_singular() -> None:
    melanoma = toy_study.study().evaluations[0].melanoma
    point = replace(melanoma.points[0], sensitivity=Figure(1.0, 0.2, 1.0, 1), specificity=Figure(0.5, 0.1, 0.9, 2))
    sentence = study_words.found(point, melanoma, "lesion")
    assert "Of 1 melanoma 1 was flagged (ALERT): sensitivity 100% (20–100). Of 2 others 1 was flagged too" in sentence


def test_nothing_is_found_among_nothing() -> None:
    melanoma = toy_study.study().evaluations[0].melanoma
    none = replace(melanoma.points[0], sensitivity=Figure(NAN, NAN, NAN, 0))
    only = replace(melanoma.points[0], specificity=Figure(NAN, NAN, NAN, 0))
    assert "There is no patient with melanoma" in study_words.found(none, melanoma, "patient")
    assert "There is nothing but patients with melanoma" in study_words.found(only, melanoma, "patient")


def test_the_clinic_counts_what_was_missed() -> None:
    clinic = toy_study.study().evaluations[0].clinic
    assert clinic is not None and len(clinic.missed) > 1
    assert list(study_words.clinic(clinic))[-1] == f"{len(clinic.missed)} melanomas were not flagged, named below."
    assert list(study_words.clinic(replace(clinic, missed=())))[-1] == "0 melanomas were not flagged."
