"""The figures that a bundle carries of itself, each with its n and interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation import metrics
from melanoscope.evaluation.intervals import bootstrap, proportion
from melanoscope.prediction import MALIGNANT, MELANOMA, Outcome


def summary(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64], groups: Sequence[str], outcomes: Sequence[Outcome]
) -> dict[str, dict[str, float | str | None]]:
    """The main figures of calibrated `probabilities` (n, 9) and of what they led to, against `truth` (n,).

    Sensitivity is of melanoma. ALERT counts alone in the first pair, ALERT or REVIEW in the second.
    """
    melanoma, malignant = truth == MELANOMA, np.isin(truth, MALIGNANT)
    called, names = probabilities.argmax(axis=1), np.asarray(groups, dtype=str)
    alerted = np.array([outcome is Outcome.ALERT for outcome in outcomes])
    flagged = np.array([outcome in {Outcome.ALERT, Outcome.REVIEW} for outcome in outcomes])
    figures = {
        "melanoma_auc": bootstrap(metrics.auc, groups, melanoma, probabilities[:, MELANOMA]),
        "malignant_auc": bootstrap(metrics.auc, groups, malignant, probabilities[:, list(MALIGNANT)].sum(axis=1)),
        "accuracy": proportion(groups, called == truth),
        "balanced_accuracy": bootstrap(metrics.balanced_accuracy, groups, truth, called),
        "alert_sensitivity": proportion(list(names[melanoma]), alerted[melanoma]),
        "alert_specificity": proportion(list(names[~melanoma]), ~alerted[~melanoma]),
        "alert_or_review_sensitivity": proportion(list(names[melanoma]), flagged[melanoma]),
        "alert_or_review_specificity": proportion(list(names[~melanoma]), ~flagged[~melanoma]),
        "expected_calibration_error": bootstrap(
            metrics.expected_calibration_error, groups, called == truth, probabilities.max(axis=1)
        ),
    }
    return {name: figure.for_json() for name, figure in figures.items()}
