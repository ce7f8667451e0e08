"""Predictions as a bundle might say them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import DIAGNOSES, KEYS
from melanoscope.prediction import Prediction, QualityIssue


def said(
    path: str | Path = "x.jpg",
    /,
    saliency: NDArray[np.float32] | None = None,
    outlyingness: float = 0.0,
    quality: tuple[QualityIssue, ...] = (),
    **shares: float,
) -> Prediction:
    """A prediction of these probabilities by class; what is not named goes to nevus."""
    values = np.array([shares.get(key, 0.0) for key in KEYS])
    values[KEYS.index("nevus")] += 1 - values.sum()
    return of(values, path, outlyingness=outlyingness, quality=quality, saliency=saliency)


def of(values: NDArray[np.float64], path: str | Path = "x.jpg", **more: Any) -> Prediction:
    """A prediction of `values` (9,): named is the most probable, possible is what has 0.1."""
    ranked = np.argsort(-values, kind="stable")
    possible = tuple(DIAGNOSES[i] for i in ranked if i == ranked[0] or values[i] >= 0.1)
    return Prediction(Path(path), values, possible[0], possible, **more)
