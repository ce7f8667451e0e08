"""From calibrated probabilities to what is said of a photograph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import Description
from melanoscope.diagnosis import DIAGNOSES
from melanoscope.inference.conformal import members
from melanoscope.inference.priors import balanced_choice
from melanoscope.prediction import Prediction


def judge(path: Path, probabilities: NDArray[np.float64], description: Description) -> Prediction:
    """The named diagnosis and the possible ones of `probabilities` (9,), calibrated to the bundle's priors.

    The named one is always possible: where all could be excluded, the photograph is unlike any class. Nothing is
    said yet of outliers, quality and saliency.
    """
    named = balanced_choice(probabilities, description.priors)
    within = members(probabilities, description.conformal)
    ranked = (DIAGNOSES[i] for i in np.argsort(-probabilities, kind="stable") if within[i] or DIAGNOSES[i] is named)
    return Prediction(path, probabilities, named, tuple(ranked))
