from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from melanoscope.diagnosis import DIAGNOSES, KEYS
from melanoscope.evaluation import calibration
from melanoscope.evaluation.summary import OF_OUTCOMES, summary, without_outcomes
from melanoscope.prediction import MELANOMA, Outcome, Prediction

N = 300


def measured(sharper: float = 1.0) -> dict[str, dict[str, float | str | None]]:
    """Of photographs whose truth is drawn with their very probabilities, which are then made too sure of themselves."""
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=2, size=(N, 9))
    truth = np.array([rng.choice(9, p=row) for row in calibration.probabilities(logits, 1.0)])
    said = [_said(row) for row in calibration.probabilities(logits, 1 / sharper)]
    outcomes = [Outcome.ALERT if each.melanoma > 0.5 else Outcome.ROUTINE for each in said]
    return summary(said, outcomes, truth, [str(i // 2) for i in range(N)])


def _said(probabilities: np.ndarray) -> Prediction:
    called = DIAGNOSES[int(probabilities.argmax())]
    return Prediction(Path("a.jpg"), probabilities, called, (called, DIAGNOSES[MELANOMA]))


@pytest.mark.parametrize("sharper", [1.0, 3.0])
def test_every_interval_holds_its_value(sharper: float) -> None:
    """A calibration error's plain percentiles need not: see `reliability.calibration_errors`."""
    for name, figure in measured(sharper).items():
        value, low, high = (float(figure[key] or 0) for key in ("value", "low", "high"))
        assert low <= value <= high and figure["n"], name


def test_a_calibration_error_lies_in_the_middle_of_its_interval() -> None:
    error = measured(3.0)["expected_calibration_error"]
    value, low, high = (float(error[key] or 0) for key in ("value", "low", "high"))
    assert value - low == pytest.approx(high - value, rel=0.3)


def test_the_figures_are_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    truth, probabilities = rng.integers(0, 9, N), rng.dirichlet(np.ones(9), N)
    found = summary([_said(row) for row in probabilities], [Outcome.ALERT] * N, truth, list(map(str, range(N))))
    called = probabilities.argmax(axis=1)

    auc = metrics.roc_auc_score(truth == MELANOMA, probabilities[:, MELANOMA])
    assert found["melanoma_auc"]["value"] == pytest.approx(auc)
    assert found["accuracy"]["value"] == pytest.approx(metrics.accuracy_score(truth, called))
    assert found["balanced_accuracy"]["value"] == pytest.approx(metrics.balanced_accuracy_score(truth, called))
    assert (found["alert_sensitivity"]["value"], found["alert_specificity"]["value"]) == (1, 0)
    melanomas = found[f"coverage_of_{KEYS[MELANOMA]}"]
    assert (melanomas["value"], melanomas["n"]) == (1, (truth == MELANOMA).sum())
    assert found["possible_diagnoses"]["value"] == pytest.approx(2 - np.mean(called == MELANOMA))


def test_other_points_leave_the_figures_that_no_point_changes() -> None:
    figures = measured()
    kept = without_outcomes(figures)
    assert set(figures) - set(kept) == set(OF_OUTCOMES)
    assert all(kept[name] is figures[name] for name in kept)
