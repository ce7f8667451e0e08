"""The figures that a bundle carries of itself, each with its n and interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import KEYS
from melanoscope.evaluation import metrics
from melanoscope.evaluation.coverage import coverage, mean_size
from melanoscope.evaluation.intervals import Figure, bootstrap, proportion, proportions
from melanoscope.evaluation.reliability import Forecasts, calibration_errors
from melanoscope.prediction import MALIGNANT, MELANOMA, Outcome, Prediction

OF_OUTCOMES = (
    "alert_sensitivity",
    "alert_specificity",
    "alert_or_review_sensitivity",
    "alert_or_review_specificity",
)
"""The figures that other operating points would change."""


def summary(
    predictions: Sequence[Prediction], outcomes: Sequence[Outcome], truth: NDArray[np.int64], groups: Sequence[str]
) -> dict[str, dict[str, float | str | None]]:
    """The main figures of n `predictions` and of what they led to, against `truth` (n,).

    Sensitivity is of melanoma. ALERT counts alone in the first pair, ALERT or REVIEW in the second. Coverage is the
    share whose true diagnosis stood among the possible ones. The calibration error is of the most probable diagnosis.
    """
    probabilities = np.array([prediction.probabilities for prediction in predictions])
    called = np.array([KEYS.index(prediction.diagnosis.key) for prediction in predictions])
    melanoma, malignant = truth == MELANOMA, np.isin(truth, MALIGNANT)
    confidence = Forecasts(probabilities.max(axis=1), probabilities.argmax(axis=1) == truth)
    figures = {
        "melanoma_auc": bootstrap(metrics.auc, groups, melanoma, probabilities[:, MELANOMA]),
        "malignant_auc": bootstrap(metrics.auc, groups, malignant, probabilities[:, list(MALIGNANT)].sum(axis=1)),
        "accuracy": proportion(groups, called == truth),
        "balanced_accuracy": bootstrap(metrics.balanced_accuracy, groups, truth, called),
        **_of_outcomes(outcomes, melanoma, groups),
        "expected_calibration_error": calibration_errors(confidence, None, groups)["expected_calibration_error"],
        **_of_possible(predictions, truth, groups),
    }
    return {name: figure.for_json() for name, figure in figures.items()}


def without_outcomes(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The `figures` of `summary`, and of their changes, that hold at any operating points."""
    return {name: figure for name, figure in figures.items() if not name.startswith(OF_OUTCOMES)}


def _of_outcomes(outcomes: Sequence[Outcome], melanoma: NDArray[np.bool_], groups: Sequence[str]) -> dict[str, Figure]:
    alerted = np.array([outcome is Outcome.ALERT for outcome in outcomes])
    flagged = np.array([outcome in {Outcome.ALERT, Outcome.REVIEW} for outcome in outcomes])
    shares = ((melanoma, alerted), (~melanoma, ~alerted), (melanoma, flagged), (~melanoma, ~flagged))
    return proportions(groups, dict(zip(OF_OUTCOMES, shares, strict=True)))


def _of_possible(
    predictions: Sequence[Prediction], truth: NDArray[np.int64], groups: Sequence[str]
) -> dict[str, Figure]:
    keys = [{diagnosis.key for diagnosis in prediction.possible} for prediction in predictions]
    possible = np.array([[key in named for key in KEYS] for named in keys])
    shares = {f"coverage_of_{name}": figure for name, figure in coverage(possible, truth, groups).items()}
    return shares | {"possible_diagnoses": mean_size(possible, groups)}
