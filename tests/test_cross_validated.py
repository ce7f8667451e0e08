from dataclasses import replace

import numpy as np

from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.cross_validated import AUC, BALANCED, CALIBRATION, SPECIFICITY, by_collection, figures
from toy_cases import record, toy_cases


def said(collection: str, keys: list[str], right: bool) -> Cases:
    """Sure of the truth, or as sure of the next diagnosis."""
    truth = np.array([KEYS.index(key) for key in keys])
    chances = np.eye(9)[(truth + (not right)) % 9] * 0.91 + 0.01
    records = [replace(record(f"{collection}{i}", key), collection=collection) for i, key in enumerate(keys)]
    cases = toy_cases(records, chances[:, KEYS.index("melanoma")].tolist())
    return replace(cases, probabilities=chances, called=chances.argmax(axis=1))


def both(one: Cases, other: Cases) -> Cases:
    assert one.probabilities is not None and other.probabilities is not None
    chances = np.concatenate([one.probabilities, other.probabilities])
    cases = toy_cases([*one.records, *other.records], chances[:, KEYS.index("melanoma")].tolist())
    return replace(cases, probabilities=chances, called=chances.argmax(axis=1))


def test_each_collection_is_judged_on_its_own() -> None:
    keys = ["melanoma", "nevus", "basal_cell_carcinoma", "melanoma"] * 5
    found = by_collection(both(said("here", keys, right=True), said("there", keys, right=False)))
    assert found["here"][AUC].value == found["here"][SPECIFICITY].value == 1
    assert found["here"][CALIBRATION].value < 0.1 < found["there"][CALIBRATION].value
    assert found["there"][AUC].value < 0.6


def test_the_seven_classes_are_judged_where_all_seven_occur() -> None:
    all_seven = [key for key in KEYS if key not in ("squamous_cell_carcinoma", "seborrheic_keratosis")]
    assert figures(said("here", all_seven * 2, right=True))[BALANCED].value == 1
    assert BALANCED not in figures(said("here", all_seven[1:] * 2, right=True))


def test_a_collection_of_melanomas_alone_has_no_figures() -> None:
    found = by_collection(both(said("here", ["melanoma", "nevus"], True), said("there", ["melanoma"] * 3, True)))
    assert list(found) == ["here"]
