"""Who is alerted: the rules, and the sentence that explains each outcome."""

from __future__ import annotations

from melanoscope.bundle import OperatingPoints
from melanoscope.prediction import Decision, Outcome, Prediction, Unreadable

ALWAYS_REVIEWED = "actinic_keratosis"
"""A precursor of cancer, which the malignant probability does not count."""


def decide(prediction: Prediction | Unreadable, points: OperatingPoints) -> Decision:
    """The outcome of one photograph: the first rule that holds, the most urgent first.

    ALERT where melanoma reaches the alert point; REVIEW where melanoma or malignant reaches its review point, or
    actinic keratosis is the most probable diagnosis; else ROUTINE. UNREADABLE where there is no prediction.
    """
    if isinstance(prediction, Unreadable):
        return Decision(Outcome.UNREADABLE, prediction.reason)
    melanoma, malignant = prediction.melanoma, prediction.malignant
    if melanoma >= points.alert:
        return Decision(Outcome.ALERT, _figures("melanoma", melanoma, "alert", points.alert))
    by_melanoma = _figures("melanoma", melanoma, "review", points.review_melanoma)
    if melanoma >= points.review_melanoma:
        return Decision(Outcome.REVIEW, by_melanoma)
    by_malignant = _figures("malignant", malignant, "review", points.review_malignant)
    if malignant >= points.review_malignant:
        return Decision(Outcome.REVIEW, by_malignant)
    if prediction.diagnosis.key == ALWAYS_REVIEWED:
        return Decision(Outcome.REVIEW, "most probably actinic keratosis, which is always reviewed")
    return Decision(Outcome.ROUTINE, f"{by_melanoma}; {by_malignant}")


def _figures(what: str, probability: float, outcome: str, point: float) -> str:
    """Such as “melanoma 0.62, alert from 0.41”, with as many digits as it takes to tell the two apart."""
    digits = next((d for d in range(2, 6) if f"{probability:.{d}f}" != f"{point:.{d}f}"), 2)
    return f"{what} {probability:.{digits}f}, {outcome} from {point:.{digits}f}"
