"""From calibrated probabilities to what is said of a photograph, at the bundle's priors or at a stated prevalence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import Description
from melanoscope.diagnosis import DIAGNOSES, KEYS
from melanoscope.inference.conformal import members
from melanoscope.inference.priors import at_prevalence, balanced_choice
from melanoscope.prediction import MELANOMA, Decision, Finding, Prediction


def judge(path: Path, probabilities: NDArray[np.float64], description: Description) -> Prediction:
    """The named diagnosis and the possible ones of `probabilities` (9,), calibrated to the bundle's priors.

    The named one is always possible: where all could be excluded, the photograph is unlike any class. Nothing is
    said yet of outliers, quality and saliency.
    """
    named = DIAGNOSES[int(balanced_choice(probabilities, description.priors))]
    within = members(probabilities, description.conformal)
    ranked = (DIAGNOSES[i] for i in np.argsort(-probabilities, kind="stable") if within[i] or DIAGNOSES[i] is named)
    return Prediction(path, probabilities, named, tuple(ranked))


def restated(finding: Finding, priors: tuple[float, ...], prevalence: float) -> Finding:
    """The same finding with its probabilities at another `prevalence` of melanoma, in (0, 1).

    Nobody is alerted or spared by it: the decision stays, whose figures are those at the bundle's `priors`, and
    says so. So do the diagnosis and the possible ones, but for their order.
    """
    answer, decision = finding.answer, finding.decision
    if not isinstance(answer, Prediction):
        return finding
    shifted = at_prevalence(answer.probabilities, priors[MELANOMA], prevalence)
    possible = sorted(answer.possible, key=lambda diagnosis: -shifted[KEYS.index(diagnosis.key)])
    reason = f"{decision.reason} (at the bundle's own prevalence, {priors[MELANOMA]:.2f})"
    return Finding(replace(answer, probabilities=shifted, possible=tuple(possible)), Decision(decision.outcome, reason))
