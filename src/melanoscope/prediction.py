"""Prediction and Outcome: what is said of one photograph."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import DIAGNOSES, KEYS, Diagnosis

MELANOMA = KEYS.index("melanoma")
MALIGNANT: tuple[int, ...] = tuple(i for i, d in enumerate(DIAGNOSES) if d.malignant)


class Outcome(StrEnum):
    """What happens next with a photograph, the most urgent first."""

    ALERT = "ALERT"
    REVIEW = "REVIEW"  # melanoma or another cancer cannot be excluded
    RETAKE = "RETAKE"  # the photograph will not do
    UNREADABLE = "UNREADABLE"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"  # no dermoscopic photograph of a lesion
    ROUTINE = "ROUTINE"

    @property
    def urgency(self) -> int:
        """0 for the most urgent."""
        return list(Outcome).index(self)


@dataclass(frozen=True)
class QualityIssue:
    """One thing that is wrong with a photograph.

    `kind` is a word such as `blur`; `advice` a sentence that a photographer can act on; `refuses` says whether it
    alone makes the photograph useless.
    """

    kind: str
    advice: str
    refuses: bool


@dataclass(frozen=True)
class Prediction:
    """What a bundle says of one photograph.

    `probabilities` has shape (9,), float64, sums to 1, in the order of `diagnosis.KEYS`, and is calibrated to the
    bundle's priors, or to a stated prevalence of melanoma. `diagnosis` is chosen for balanced accuracy, so it need
    not be the most probable. `possible` are the diagnoses that cannot be excluded, the most probable first.
    `outlyingness` is above 1 for what resembles no photograph that the bundle knows, and 0 where the bundle cannot
    say. `saliency` has shape (h, w), float32 in [0, 1]: where the melanoma evidence lies. `features` has shape (c,),
    float32, of length 1: what the network saw; the scalar product of two photographs' is how alike it finds them.
    """

    path: Path
    probabilities: NDArray[np.float64]
    diagnosis: Diagnosis
    possible: tuple[Diagnosis, ...]
    outlyingness: float = 0.0
    quality: tuple[QualityIssue, ...] = ()
    saliency: NDArray[np.float32] | None = field(default=None, repr=False)
    features: NDArray[np.float32] | None = field(default=None, repr=False)

    @property
    def melanoma(self) -> float:
        """Calibrated probability of melanoma, in [0, 1]."""
        return float(self.probabilities[MELANOMA])

    @property
    def malignant(self) -> float:
        """Calibrated probability of melanoma, basal or squamous cell carcinoma together, in [0, 1]."""
        return float(self.probabilities[list(MALIGNANT)].sum())

    @property
    def refused(self) -> bool:
        """Whether the photograph will not do."""
        return any(issue.refuses for issue in self.quality)


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be decoded, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Decision:
    """An outcome and the sentence that explains it."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True)
class Finding:
    """What is said of one photograph, and what happens next with it."""

    answer: Prediction | Unreadable
    decision: Decision


def told_apart(value: float, limit: float, places: int, style: str = "f") -> tuple[str, str]:
    """Both as figures of the format `style`, `f` or `%`: with `places` decimals, or as many more as tell them apart.

    What is alike with 5 decimals too is shown with `places`.
    """
    shown = [(f"{value:.{n}{style}}", f"{limit:.{n}{style}}") for n in range(places, 6)]
    return next((pair for pair in shown if pair[0] != pair[1]), shown[0])
