"""The figures that a bundle carries of itself, each with its n and interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import KEYS
from melanoscope.evaluation import metrics
from melanoscope.evaluation.intervals import bootstrap, proportion
from melanoscope.prediction import MALIGNANT, MELANOMA, Outcome, Prediction


def summary(
    predictions: Sequence[Prediction], outcomes: Sequence[Outcome], truth: NDArray[np.int64], groups: Sequence[str]
) -> dict[str, dict[str, float | str | None]]:
    """The main figures of n `predictions` and of what they led to, against `truth` (n,).

    Sensitivity is of melanoma. ALERT counts alone in the first pair, ALERT or REVIEW in the second. Coverage is the
    share whose true diagnosis stood among the possible ones.
    """
    probabilities = np.array([prediction.probabilities for prediction in predictions])
    called = np.array([KEYS.index(prediction.diagnosis.key) for prediction in predictions])
    covered = np.array([KEYS[k] in {d.key for d in p.possible} for p, k in zip(predictions, truth, strict=True)])
    melanoma, malignant = truth == MELANOMA, np.isin(truth, MALIGNANT)
    names = np.asarray(groups, dtype=str)
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
            metrics.expected_calibration_error,
            groups,
            probabilities.argmax(axis=1) == truth,
            probabilities.max(axis=1),
        ),
        "possible_coverage": proportion(groups, covered),
        "possible_coverage_of_melanoma": proportion(list(names[melanoma]), covered[melanoma]),
        "possible_size": bootstrap(
            lambda sizes: float(np.mean(sizes)), groups, np.array([len(p.possible) for p in predictions])
        ),
    }
    return {name: figure.for_json() for name, figure in figures.items()}
