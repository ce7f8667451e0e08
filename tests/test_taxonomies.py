from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.diagnosis import COARSE, KEYS
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.taxonomies import HAM10000, ISIC2019, NINE, TAXONOMIES, Taxonomy
from toy_cases import record, toy_cases


@pytest.mark.parametrize(("taxonomy", "classes"), [(NINE, 9), (HAM10000, 7), (ISIC2019, 8)])
def test_every_diagnosis_falls_in_one_class_and_every_class_has_one(taxonomy: Taxonomy, classes: int) -> None:
    assert len(taxonomy.keys) == len(taxonomy.names) == classes
    assert set(taxonomy.member) == set(range(classes))


def test_the_merged_classes_are_those_of_the_readers() -> None:
    for taxonomy, key in ((HAM10000, "akiec"), (HAM10000, "bkl"), (ISIC2019, "BKL")):
        merged = [KEYS[i] for i in np.flatnonzero(taxonomy.member == taxonomy.keys.index(key))]
        assert sorted(merged) == sorted(COARSE[key.lower()])


def test_a_label_counts_where_it_decides_between_the_classes() -> None:
    bkl, akiec = COARSE["bkl"], COARSE["akiec"]
    cases = toy_cases([record("a", *bkl), record("b", *akiec), record("c", "melanoma")], [0.1, 0.2, 0.3])
    assert NINE.truth(cases).tolist() == cases.truth.tolist() == [-1, -1, KEYS.index("melanoma")]
    assert [HAM10000.keys[i] for i in HAM10000.truth(cases)] == ["bkl", "akiec", "mel"]
    assert ISIC2019.truth(cases).tolist() == [ISIC2019.keys.index("BKL"), -1, ISIC2019.keys.index("MEL")]


def test_a_photograph_without_a_label_has_no_class() -> None:
    cases = toy_cases([replace(record("a", "nevus"), label=None)], [0.5])
    assert [taxonomy.truth(cases).tolist() for taxonomy in TAXONOMIES] == [[-1]] * 3


@given(st.integers(0, 1000), st.sampled_from(TAXONOMIES))
def test_summed_probabilities_still_sum_to_one(seed: int, taxonomy: Taxonomy) -> None:
    chances = np.random.default_rng(seed).dirichlet(np.ones(9), size=4)
    cases = replace(toy_cases([record(c, "nevus") for c in "abcd"], [0.1] * 4), probabilities=chances)
    summed = taxonomy.probabilities(cases)
    assert summed is not None and np.allclose(summed.sum(axis=1), 1)
    for c in range(len(taxonomy.keys)):
        assert np.allclose(summed[:, c], chances[:, taxonomy.member == c].sum(axis=1))


def test_the_named_diagnosis_is_translated_not_chosen_anew() -> None:
    """The two keratoses together are more probable than the nevus, which the system named all the same."""
    chances = np.zeros((1, 9))
    chances[0, [KEYS.index(k) for k in ("nevus", "pigmented_benign_keratosis", "seborrheic_keratosis")]] = 0.4, 0.3, 0.3
    silent = replace(toy_cases([record("a", "nevus")], [0.0]), probabilities=chances)
    named = replace(silent, called=np.array([KEYS.index("nevus")]))
    assert _called(named) == "nv" and _called(silent) == "bkl"


def test_a_system_that_says_no_class_calls_none() -> None:
    cases = toy_cases([record("a", "nevus")], [0.5])
    assert HAM10000.called(cases) is None and HAM10000.probabilities(cases) is None


def _called(cases: Cases) -> str:
    called = HAM10000.called(cases)
    assert called is not None
    return HAM10000.keys[int(called[0])]
