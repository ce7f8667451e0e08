from __future__ import annotations

import numpy as np
import pytest

from melanoscope.evaluation.cost import cost, false_alerts
from melanoscope.evaluation.intervals import wilson
from melanoscope.prediction import Outcome

MELANOMA = np.repeat([True, False], [10, 90])
OUTCOMES = [Outcome.ALERT] * 6 + [Outcome.REVIEW] * 3 + [Outcome.ROUTINE] + [Outcome.ALERT] * 9 + [Outcome.ROUTINE] * 81
GROUPS = [f"lesion {i}" for i in range(100)]


def test_a_thousand_patients_are_as_the_photographs_where_melanoma_is_as_common() -> None:
    found = cost(MELANOMA, OUTCOMES, GROUPS, 0.1)

    patients = {outcome: figure.value for outcome, figure in found.patients.items()}
    assert patients == pytest.approx({Outcome.ALERT: 150, Outcome.REVIEW: 30, Outcome.ROUTINE: 820})
    assert found.missed.value == pytest.approx(10)
    assert found.points["ALERT"].sensitivity.value == 0.6
    assert found.points["ALERT or REVIEW"].sensitivity.value == 0.9
    assert found.points["ALERT or REVIEW"].specificity.value == 0.9
    assert false_alerts(found.points["ALERT or REVIEW"]).value == pytest.approx(1)
    assert false_alerts(found.points["ALERT"]).value == pytest.approx(1.5)


def test_where_melanoma_is_rare_there_are_more_false_alerts_for_each_that_is_found() -> None:
    found = cost(MELANOMA, OUTCOMES, GROUPS, 0.01)

    assert sum(figure.value for figure in found.patients.values()) == pytest.approx(1000)
    assert found.missed.value == pytest.approx(1)
    figure = false_alerts(found.points["ALERT or REVIEW"])
    assert figure.value == pytest.approx(99 * 0.1 / 0.9)
    assert figure.low < figure.value < figure.high


def test_patients_have_intervals_and_none_missed_is_not_certainly_none() -> None:
    found = cost(MELANOMA, OUTCOMES, GROUPS, 0.1)
    for figure in (*found.patients.values(), found.missed):
        assert 0 <= figure.low < figure.value < figure.high
    assert (found.missed.n, found.patients[Outcome.ALERT].n) == (10, 100)

    none = cost(MELANOMA, [Outcome.ALERT] * 10 + OUTCOMES[10:], GROUPS, 0.1).missed
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(100 * wilson(0, 10)[1])


def test_where_the_others_are_one_lesion_draws_without_them_are_left_out() -> None:
    others = ["one lesion"] * 90
    found = cost(MELANOMA, OUTCOMES, [*GROUPS[:10], *others], 0.1)
    assert found.patients[Outcome.ALERT].low < 150 < found.patients[Outcome.ALERT].high
