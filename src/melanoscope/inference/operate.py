"""Operating points: who is alerted and who is reviewed, chosen on held-out photographs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import OperatingPoints
from melanoscope.errors import InputError
from melanoscope.evaluation.metrics import threshold_at_sensitivity, threshold_at_specificity
from melanoscope.prediction import MALIGNANT, MELANOMA

ALERT_SPECIFICITY, REVIEW_SENSITIVITY = 0.90, 0.95


def usual_points(judged: NDArray[np.float64], truth: NDArray[np.int64], chosen_on: str) -> OperatingPoints:
    """The points that a bundle is exported with: ALERT at 90 % specificity for melanoma, REVIEW at 95 % sensitivity,
    once for melanoma and once for cancer.

    `judged` (n, 9) are calibrated probabilities of held-out photographs, `truth` (n,) their classes. InputError where
    there are no melanomas, or nothing else.
    """
    melanoma, malignant = truth == MELANOMA, np.isin(truth, MALIGNANT)
    if not melanoma.any() or melanoma.all():
        raise InputError(f"no operating point can be chosen on {chosen_on}: it takes melanomas and others.")
    suspicion, cancer = judged[:, MELANOMA], judged[:, list(MALIGNANT)].sum(axis=1)
    return OperatingPoints(
        alert=threshold_at_specificity(melanoma, suspicion, ALERT_SPECIFICITY),
        review_melanoma=threshold_at_sensitivity(melanoma, suspicion, REVIEW_SENSITIVITY),
        review_malignant=threshold_at_sensitivity(malignant, cancer, REVIEW_SENSITIVITY),
        chosen_on=chosen_on,
        n=len(truth),
        melanomas=int(melanoma.sum()),
        chosen_for=f"ALERT at {ALERT_SPECIFICITY:.0%} specificity, REVIEW at {REVIEW_SENSITIVITY:.0%} sensitivity",
    )
