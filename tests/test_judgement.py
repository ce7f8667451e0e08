from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from melanoscope.bundle import Bundle
from melanoscope.diagnosis import KEYS
from melanoscope.inference.judgement import judge

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
