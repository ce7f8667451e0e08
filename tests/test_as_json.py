from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from melanoscope.evaluation.as_json import as_json
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.results import Clinic, Missed
from melanoscope.prediction import Outcome


def test_a_result_becomes_an_object_by_its_fields() -> None:
    share = Figure(0.5, 0.25, 0.75, 8)
    undefined = Figure(math.nan, math.nan, math.nan, 0, "no photograph ended as ROUTINE")
    missed = (Missed("ISIC_0000001", Outcome.RETAKE, 0.125),)
    clinic = Clinic({Outcome.ALERT: share}, undefined, share, share, missed)
    half = {"value": 0.5, "low": 0.25, "high": 0.75, "n": 8}
    assert as_json(clinic) == {
        "shares": {"ALERT": half},
        "routine_npv": {"value": None, "low": None, "high": None, "n": 0, "why": "no photograph ended as ROUTINE"},
        "benign_flagged": half,
        "refused": half,
        "missed": [{"image_id": "ISIC_0000001", "outcome": "RETAKE", "melanoma": 0.125}],
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.array([[1.5, math.nan], [math.inf, 0]]), [[1.5, None], [None, 0.0]]),
        (np.array([1, 2]), [1, 2]),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        (Outcome.OUT_OF_SCOPE, "OUT_OF_SCOPE"),
        ({0.95: 1, Outcome.ALERT: None}, {"0.95": 1, "ALERT": None}),
        ((Path("a/b"), True, "é"), ["a/b", True, "é"]),
    ],
)
def test_every_kind_of_value_has_its_form(value: object, expected: object) -> None:
    assert as_json(value) == expected
    assert json.loads(json.dumps(as_json(value), allow_nan=False)) == expected


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no form"):
        as_json([object()])
