from __future__ import annotations

from dataclasses import replace

import numpy as np

from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.cases import Cases
from melanoscope.prediction import MELANOMA
from toy_cases import many, record, toy_cases


def grouped(*known: tuple[str | None, str | None, str | None]) -> list[str]:
    """The groups of photographs `0`, `1` … by their lesion, their patient and their group of copies."""
    records = [
        replace(record(str(i), "nevus", lesion=lesion, patient=patient), group=group)
        for i, (lesion, patient, group) in enumerate(known)
    ]
    return [str(name) for name in toy_cases(records, [0.5] * len(records)).groups]


def test_a_photograph_of_which_nothing_is_known_is_alone() -> None:
    assert grouped((None, None, None), (None, None, None)) == ["0", "1"]
    assert grouped() == []


def test_the_patient_the_copies_or_the_lesion_are_drawn_together() -> None:
    assert grouped(("L1", "P1", None), ("L2", "P1", None), ("L3", "P2", None)) == ["P1", "P1", "P2"]
    assert grouped(("L1", None, "g"), (None, None, "g"), ("L1", None, None)) == ["L1"] * 3


def test_a_lesion_is_not_divided_where_one_photograph_alone_has_a_patient_or_copies() -> None:
    first, *others = grouped(("L1", "P1", None), ("L1", None, None), ("L2", None, "g"), ("L2", "P1", "g"))

    assert set(others) == {first}


def test_what_is_apart_has_names_of_its_own() -> None:
    """Photographs called `1` in two folders, a patient `2`, and a photograph `2`."""
    records = [record("1", "nevus"), record("1", "nevus"), record("x", "nevus", patient="2"), record("2", "nevus")]
    assert toy_cases(records, [0.5] * 4).groups.tolist() == ["1", "1 (2)", "2", "2 (2)"]


def test_copies_across_two_patients_join_them() -> None:
    assert len(set(grouped((None, "P1", "g"), (None, "P2", "g"), (None, "P2", None), (None, "P3", None)))) == 2


def test_what_a_label_leaves_open_is_neither_truth() -> None:
    cases = toy_cases(
        [record("a", "melanoma"), record("b", "actinic_keratosis", "squamous_cell_carcinoma")], [0.9, 0.1]
    )

    assert cases.truth.tolist() == [MELANOMA, -1]
    assert cases.malignancy.tolist() == [1, -1]
    assert cases.is_melanoma.tolist() == [True, False]
    assert cases.possible.sum(axis=1).tolist() == [1, 2]


def test_what_is_taken_is_taken_of_everything() -> None:
    whole = many(6)
    whole = replace(whole, probabilities=np.eye(len(KEYS))[:6], not_excluded=np.eye(len(KEYS), dtype=bool)[:6])
    rows = np.array([4, 1])

    part: Cases = whole.take(rows)

    assert len(part) == 2 and [r.image_id for r in part.records] == [whole.records[i].image_id for i in rows]
    for name in ("melanoma", "malignant", "probabilities", "called", "not_excluded"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[rows])
    assert whole.outcomes and part.outcomes == tuple(whole.outcomes[i] for i in rows)
