from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from melanoscope.bundle import Bundle
from melanoscope.diagnosis import KEYS
from melanoscope.inference.decision import decide
from melanoscope.inference.judgement import judge, restated
from melanoscope.prediction import Finding, Prediction, Unreadable
from said import said

VALUES = np.array([0.02, 0.1, 0.03, 0.2, 0.4, 0.1, 0.05, 0.06, 0.04])


def keys(bundle: Bundle, quantile: float, priors: tuple[float, ...] = (1 / 9,) * 9) -> list[str]:
    conformal = replace(bundle.description.conformal, quantiles=(quantile,) * 9)
    described = replace(bundle.description, conformal=conformal, priors=priors)
    return [diagnosis.key for diagnosis in judge(Path("x.jpg"), VALUES, described).possible]


def test_the_most_probable_comes_first_of_those_that_cannot_be_excluded(toy: Bundle) -> None:
    assert keys(toy, 0.9) == ["nevus", "melanoma", "basal_cell_carcinoma", "pigmented_benign_keratosis"]


def test_the_named_diagnosis_is_always_possible(toy: Bundle) -> None:
    priors = tuple(0.92 if key == "nevus" else 0.01 for key in KEYS)

    assert keys(toy, 0.1) == ["nevus"]
    assert keys(toy, 0.7, priors) == ["nevus", "melanoma"]


def test_at_another_prevalence_the_probabilities_and_their_order_change_and_nothing_else(toy: Bundle) -> None:
    answer = said(melanoma=0.3, dermatofibroma=0.2)
    finding = Finding(answer, decide(answer, toy.description.operating_points))

    common = restated(finding, (1 / 9,) * 9, 0.5)

    assert isinstance(common.answer, Prediction)
    assert common.answer.melanoma == pytest.approx(0.3 * 8 / (0.3 * 8 + 0.7))
    assert [diagnosis.key for diagnosis in answer.possible] == ["nevus", "melanoma", "dermatofibroma"]
    assert [diagnosis.key for diagnosis in common.answer.possible] == ["melanoma", "nevus", "dermatofibroma"]
    assert common.answer.diagnosis is answer.diagnosis
    assert common.decision.outcome is finding.decision.outcome
    assert common.decision.reason == f"{finding.decision.reason} (at the bundle's own prevalence, 0.11)"


def test_what_could_not_be_read_has_no_prevalence(toy: Bundle) -> None:
    torn = Unreadable(Path("x.jpg"), "the file is empty")
    finding = Finding(torn, decide(torn, toy.description.operating_points))

    assert restated(finding, (1 / 9,) * 9, 0.5) is finding
