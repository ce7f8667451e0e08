"""The figures that a bundle carries of itself, each with its n and interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import OperatingPoints
from melanoscope.evaluation import metrics
from melanoscope.evaluation.intervals import bootstrap
from melanoscope.prediction import MALIGNANT, MELANOMA


def summary(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64], groups: Sequence[str], points: OperatingPoints
) -> dict[str, object]:
    """The main figures of calibrated `probabilities` (n, 9) against `truth` (n,), with intervals over `groups`."""
    melanoma, malignant = truth == MELANOMA, np.isin(truth, MALIGNANT)
    suspicion, cancer = probabilities[:, MELANOMA], probabilities[:, list(MALIGNANT)].sum(axis=1)
    called = probabilities.argmax(axis=1)
    alerted = suspicion >= points.alert
    flagged = (suspicion >= points.review_melanoma) | (cancer >= points.review_malignant) | alerted

    def figure(metric: Callable[..., float], *arrays: NDArray[np.generic]) -> dict[str, float | None]:
        # What is undefined is null in JSON, which knows no nan.
        return {key: None if np.isnan(x) else x for key, x in asdict(bootstrap(metric, groups, *arrays)).items()}

    return {
        "n": len(truth),
        "melanomas": int(melanoma.sum()),
        "melanoma_auc": figure(metrics.auc, melanoma, suspicion),
        "malignant_auc": figure(metrics.auc, malignant, cancer),
        "accuracy": figure(metrics.accuracy, truth, called),
        "balanced_accuracy": figure(metrics.balanced_accuracy, truth, called),
        "alert_sensitivity": figure(metrics.sensitivity, melanoma, alerted),
        "alert_specificity": figure(metrics.specificity, melanoma, alerted),
        "review_sensitivity": figure(metrics.sensitivity, melanoma, flagged),
        "review_specificity": figure(metrics.specificity, melanoma, flagged),
        "expected_calibration_error": metrics.expected_calibration_error(called == truth, probabilities.max(axis=1)),
    }
