"""What has changed is told, and what has not is left alone as often as is said."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from melanoscope.evaluation import drift
from melanoscope.evaluation.drift import Drift

LOOKS = 2000


def false_alarms(looks: list[Drift]) -> float:
    return float(np.mean([look.warns for look in looks]))


def test_the_statistic_is_kolmogorovs_and_smirnovs() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=300), rng.normal(0.3, 1, size=200)
    found = drift.distribution("x", first, second)
    assert found.statistic == pytest.approx(stats.ks_2samp(first, second).statistic)
    at_limit = stats.kstwo.isf(0.01, 120)  # of one sample of mn/(m+n)
    assert found.limit == pytest.approx(at_limit, rel=0.03)


@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_nothing_new_warns_no_more_often_than_is_said(alpha: float) -> None:
    rng = np.random.default_rng(1)
    reference = rng.beta(1, 4, 350)
    drawn = [rng.choice(rng.beta(1, 4, 5000), 200) for _ in range(LOOKS)]
    slack = 3 * np.sqrt(alpha / LOOKS)
    assert false_alarms([drift.distribution("x", rng.beta(1, 4, 350), each, alpha) for each in drawn]) <= alpha + slack
    assert false_alarms([drift.centre("x", 0.2, float(reference.std()), each, alpha) for each in drawn]) < 2 * alpha
    counts = rng.binomial(200, 0.02, LOOKS)
    assert false_alarms([drift.rate("x", 0.02, int(count), 200, alpha) for count in counts]) <= alpha + slack


def test_what_has_changed_warns() -> None:
    rng = np.random.default_rng(2)
    assert drift.distribution("x", rng.beta(1, 4, 350), rng.beta(2, 3, 200)).warns
    assert drift.centre("x", 0.6, 0.1, rng.normal(0.65, 0.1, 200)).warns
    assert drift.rate("x", 0.002, 6, 200).warns


def test_the_binomial_tail_is_exact() -> None:
    for count in (0, 1, 5, 40, 201):
        assert drift.upper_tail(count, 200, 0.1) == pytest.approx(stats.binom.sf(count - 1, 200, 0.1), abs=1e-10)


def test_too_few_never_warn() -> None:
    few = np.full(drift.ENOUGH - 1, 9.0)
    assert not drift.distribution("x", np.zeros(300), few).warns
    assert not drift.centre("x", 0.0, 1.0, few).warns
    assert not drift.rate("x", 0.01, len(few), len(few)).warns
    for none in (drift.distribution("x", few, few[:0]), drift.centre("x", 0, 1, few[:0]), drift.rate("x", 0.1, 0, 0)):
        assert not none.warns
