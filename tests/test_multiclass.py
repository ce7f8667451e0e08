from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from melanoscope.diagnosis import COARSE, KEYS
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.multiclass import NO_PROBABILITIES, classes
from melanoscope.evaluation.results import Classes
from melanoscope.evaluation.taxonomies import HAM10000, ISIC2019, NINE, TAXONOMIES, Taxonomy
from toy_cases import record, toy_cases


def drawn(n: int = 200, seed: int = 0, kinds: int = 9) -> Cases:
    """Photographs of the first `kinds` diagnoses, with probabilities that know something of them."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(kinds, size=n)
    chances = rng.dirichlet(np.ones(9), size=n) + 0.15 * np.eye(9)[truth]
    chances /= chances.sum(axis=1, keepdims=True)
    cases = toy_cases([record(str(i), KEYS[k]) for i, k in enumerate(truth)], chances[:, 3].tolist())
    return replace(cases, probabilities=chances, called=(chances * rng.uniform(0.8, 1.2, 9)).argmax(axis=1))


def measured(cases: Cases, taxonomy: Taxonomy = NINE, rounds: int = 0) -> Classes:
    found = classes(cases, taxonomy, rounds)
    assert found is not None
    return found


@given(st.integers(0, 500), st.sampled_from(TAXONOMIES), st.integers(2, 9))
def test_every_figure_is_scikit_learns(seed: int, taxonomy: Taxonomy, kinds: int) -> None:
    cases = drawn(60, seed, kinds)
    found, truth, called = measured(cases, taxonomy), taxonomy.truth(cases), taxonomy.called(cases)
    chances, occurring = taxonomy.probabilities(cases), np.unique(truth)
    assert called is not None and chances is not None

    assert found.accuracy.value == pytest.approx(sklearn.accuracy_score(truth, called))
    recalls = sklearn.recall_score(truth, called, labels=occurring, average=None)
    assert found.balanced_accuracy.value == pytest.approx(recalls.mean())
    f1 = sklearn.f1_score(truth, called, labels=occurring, average=None)
    assert found.macro_f1.value == pytest.approx(f1.mean())
    aucs = [sklearn.roc_auc_score(truth == c, chances[:, c]) for c in occurring]
    assert found.macro_auc.value == pytest.approx(np.mean(aucs))
    labels = range(len(taxonomy.keys))
    assert found.top_2.value == pytest.approx(sklearn.top_k_accuracy_score(truth, chances, k=2, labels=labels))
    assert found.brier.value == pytest.approx(np.mean(((chances - np.eye(chances.shape[1])[truth]) ** 2).sum(axis=1)))
    assert (found.confusion == sklearn.confusion_matrix(truth, called, labels=labels)).all()
    each = [found.each[c] for c in occurring]
    assert [one.n for one in each] == [int((truth == c).sum()) for c in occurring]
    assert [one.sensitivity.value for one in each] == pytest.approx(recalls)
    assert [one.f1.value for one in each] == pytest.approx(f1)
    assert [one.auc.value for one in each] == pytest.approx(aucs)
    specificities = [sklearn.recall_score(truth != c, called != c) for c in occurring]
    assert [one.specificity.value for one in each] == pytest.approx(specificities)
    assert found.macro_specificity.value == pytest.approx(np.mean(specificities))


@given(st.integers(0, 100), st.permutations(range(30)))
def test_the_order_of_the_photographs_does_not_matter(seed: int, order: list[int]) -> None:
    cases = drawn(30, seed)
    shuffled = measured(cases.take(np.array(order)))
    assert shuffled.macro_auc.value == pytest.approx(measured(cases).macro_auc.value)
    assert (shuffled.confusion == measured(cases).confusion).all()


def test_a_class_that_does_not_occur_is_undefined_and_in_no_mean() -> None:
    found = measured(drawn(kinds=3))
    absent = found.each[KEYS.index("vascular_lesion")]
    for figure in (absent.sensitivity, absent.auc, absent.f1):
        assert math.isnan(figure.value) and figure.why == "no photograph is of this class"
    assert 0 < absent.specificity.value < 1, "how often it is called without being there is known"
    assert not math.isnan(found.balanced_accuracy.value + found.macro_auc.value + found.macro_f1.value)


def test_one_class_alone_is_told_from_nothing() -> None:
    found = measured(drawn(kinds=1), rounds=20)
    assert found.macro_auc.why == found.macro_specificity.why == "only one class occurs"
    assert found.each[0].auc.why == found.each[0].specificity.why == "every photograph is of this class"
    assert found.accuracy.value == found.balanced_accuracy.value


def test_a_system_that_names_classes_without_probabilities_has_no_areas() -> None:
    found = measured(replace(drawn(), probabilities=None))
    assert found.top_2.why == found.brier.why == found.macro_auc.why == found.each[0].auc.why == NO_PROBABILITIES
    assert found.balanced_accuracy.value == measured(drawn()).balanced_accuracy.value


def test_nothing_is_measured_where_nothing_can_be() -> None:
    cases = drawn()
    assert classes(replace(cases, probabilities=None, called=None), NINE) is None
    open_labels = replace(cases, records=(record("a", *COARSE["bkl"]),) * len(cases))
    assert classes(open_labels, NINE, rounds=2) is None
    assert measured(open_labels, HAM10000).n == len(cases)


def test_labels_that_leave_classes_open_are_left_out_and_counted() -> None:
    cases = drawn(20)
    records = (*cases.records[:15], *(record(str(i), *COARSE["akiec"]) for i in range(5)))
    counts = {t.name: measured(replace(cases, records=records), t) for t in TAXONOMIES}
    assert [(found.n, found.left_out) for found in counts.values()] == [(15, 5), (20, 0), (15, 5)]


def test_intervals_hold_their_value_and_shares_have_their_own_n() -> None:
    found = measured(drawn(), ISIC2019, rounds=200)
    figures = [found.accuracy, found.balanced_accuracy, found.top_2, found.brier, found.macro_auc, found.macro_f1]
    assert all(figure.low < figure.value < figure.high for figure in figures)
    for one in found.each:
        assert one.sensitivity.n == one.n and one.specificity.n == found.n - one.n and one.auc.n == found.n


def test_a_class_that_is_always_called_has_wilsons_interval() -> None:
    cases = drawn()
    perfect = measured(replace(cases, called=cases.truth), rounds=20)
    assert all(one.sensitivity.value == 1 and one.sensitivity.low < 1 for one in perfect.each)
