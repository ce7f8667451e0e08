from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import toy_bundle
from melanoscope.bundle import Bundle, save
from melanoscope.diagnosis import Label
from melanoscope.errors import InputError
from melanoscope.evaluation.cases import Cases
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import MELANOMA, Prediction
from melanoscope.record import Record
from melanoscope.study.explanations import explanations
from melanoscope.study.masks import Masks
from real_cases import real_cases

ROUNDS = 50


def test_the_curves_start_and_end_at_what_the_bundle_says_of_the_photographs(
    toy: Bundle, photographs: list[Path]
) -> None:
    cases = real_cases(photographs)
    melanomas = [photographs[row] for row in np.flatnonzero(cases.is_melanoma)]

    found = explanations(toy, cases, Masks(), rounds=ROUNDS)

    answers = [each for each in Predictor(toy).predict(melanomas) if isinstance(each, Prediction)]
    said = [each.melanoma for each in answers if each.saliency is not None and each.saliency.any()]
    assert found is not None and found.n == len(said)
    assert found.deletion_curve[0] == pytest.approx(np.mean(said), abs=1e-4)
    assert found.insertion_curve[-1] == pytest.approx(np.mean(said), abs=1e-4)
    assert found.masks == "found by segmentation"
    assert found.failures < found.n and 0 < found.lesion_area.value < 1


def test_no_more_are_tried_than_wanted(toy: Bundle, photographs: list[Path]) -> None:
    found = explanations(toy, real_cases(photographs), Masks(), most=5, rounds=ROUNDS)

    assert found is not None and found.n == 5


def test_without_melanomas_there_is_nothing_to_explain(toy: Bundle, photographs: list[Path]) -> None:
    cases = real_cases(photographs)

    assert explanations(toy, cases.take(np.flatnonzero(~cases.is_melanoma)), Masks()) is None


def test_it_repeats(toy: Bundle, photographs: list[Path]) -> None:
    first, again = (explanations(toy, real_cases(photographs), Masks(), most=6, rounds=ROUNDS) for _ in range(2))

    assert repr(first) == repr(again)


def test_a_dense_head_has_no_maps_to_explain(photographs: list[Path], tmp_path: Path) -> None:
    bundle = toy_bundle.make(tmp_path)
    dense = save(tmp_path, dataclasses.replace(bundle.description, head_weights=()))

    assert explanations(dense, real_cases(photographs), Masks()) is None


def test_where_every_map_is_empty_there_is_nothing_to_explain(photographs: list[Path], tmp_path: Path) -> None:
    bundle = toy_bundle.make(tmp_path)
    rows = [list(row) for row in bundle.description.head_weights]
    rows[MELANOMA] = [-1.0] * len(rows[MELANOMA])
    against = save(tmp_path, dataclasses.replace(bundle.description, head_weights=tuple(map(tuple, rows))))

    assert explanations(against, real_cases(photographs), Masks()) is None


def test_a_photograph_that_is_gone_is_named(toy: Bundle) -> None:
    gone = Cases("toy", "gone", (Record(Path("gone.jpg"), "gone", Label.of("melanoma")),), np.zeros(1))

    with pytest.raises(InputError, match="gone.jpg: there is no such file. It could be read before"):
        explanations(toy, gone, Masks())
