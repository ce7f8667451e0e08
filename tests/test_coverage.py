from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.coverage import coverage, covered, mean_size
from toy_cases import record, toy_cases


def test_each_class_is_counted_on_its_own() -> None:
    truth = np.array([0, 0, 0, 0, 3, 3])
    possible = np.zeros((6, 9), dtype=bool)
    possible[:3, 0] = possible[4:, 3] = True
    groups = list("abcdef")

    found = coverage(possible, truth, groups)

    assert found["all"].value == pytest.approx(5 / 6) and found["all"].n == 6
    assert found[KEYS[0]].value == 0.75 and found[KEYS[0]].low < 0.75 < found[KEYS[0]].high
    assert found["melanoma"].value == 1 and found["melanoma"].n == 2 and found["melanoma"].low < 0.5
    assert np.isnan(found["nevus"].value) and found["nevus"].n == 0


def test_the_size_is_how_many_cannot_be_excluded() -> None:
    possible = np.tril(np.ones((9, 9), dtype=bool))

    assert mean_size(possible, list("abcdefghi")).value == 5


def test_only_what_the_label_decides_is_counted_and_only_where_sets_are_said() -> None:
    records = [
        record("1", "melanoma"),
        record("2", "nevus"),
        record("3", "nevus"),
        record("4", "actinic_keratosis", "squamous_cell_carcinoma"),
    ]
    cases = toy_cases(records, [0.5] * 4)
    sets = np.zeros((4, 9), dtype=bool)
    sets[:2, KEYS.index("melanoma")] = sets[1:, KEYS.index("nevus")] = True

    found = covered(replace(cases, not_excluded=sets), rounds=50)

    assert found is not None and (found.all.value, found.all.n) == (1, 3)
    assert found.each["nevus"].n == 2 and found.size.value == pytest.approx(4 / 3)
    assert covered(cases) is None
    assert covered(replace(cases, not_excluded=sets).take(np.array([3]))) is None
