from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.evaluation.net_benefit import THRESHOLDS, net_benefit
from toy_cases import many

ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=30)


@given(ROWS)
def test_it_is_the_published_formula(rows: list[tuple[bool, int]]) -> None:
    positive, scores = np.array([p for p, _ in rows]), np.array([s for _, s in rows]) / 20
    curve = net_benefit(positive, scores, [str(i) for i in range(len(rows))], rounds=5)
    assert curve
    for place, threshold in enumerate(THRESHOLDS):
        called = scores >= threshold
        true, false = np.mean(called & positive), np.mean(called & ~positive)
        assert curve.model[place] == pytest.approx(true - false * threshold / (1 - threshold))
        everyone = np.mean(positive) - np.mean(~positive) * threshold / (1 - threshold)
        assert curve.biopsy_all[place] == pytest.approx(everyone)


def test_from_one_to_fifty_per_cent_with_a_band() -> None:
    cases = many(300)
    curve = net_benefit(cases.is_melanoma, cases.melanoma, cases.groups, rounds=200)
    assert curve
    assert (THRESHOLDS[0], THRESHOLDS[-1], len(THRESHOLDS)) == (0.01, 0.5, 50)
    assert ((curve.low <= curve.model) & (curve.model <= curve.high)).all()
    assert (curve.low < curve.high).all()


def test_where_all_are_called_it_is_to_biopsy_all_and_a_perfect_one_finds_every_melanoma() -> None:
    positive, groups = np.array([True, False, False, False]), list("abcd")
    everyone = net_benefit(positive, np.ones(4), groups, rounds=5)
    perfect = net_benefit(positive, positive.astype(float), groups, rounds=5)
    assert everyone and perfect
    assert everyone.model == pytest.approx(everyone.biopsy_all)
    assert perfect.model == pytest.approx(np.full(50, 0.25))


def test_nothing_and_scores_that_are_nan_have_no_curve_and_one_lesion_no_band() -> None:
    assert net_benefit(np.array([], dtype=bool), np.array([]), []) is None
    assert net_benefit(np.array([True, False]), np.array([np.nan, 0.5]), ["a", "b"]) is None
    one = net_benefit(np.array([True, False]), np.array([0.1, 0.5]), ["a", "a"])
    assert one and np.isnan(one.low).all() and not np.isnan(one.model).any()
