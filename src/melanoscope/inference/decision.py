"""Who is alerted: the rules, and the sentence that explains each outcome."""

from __future__ import annotations

from collections.abc import Iterator

from melanoscope.bundle import OperatingPoints
from melanoscope.prediction import Decision, Outcome, Prediction, Unreadable, told_apart

ALWAYS_REVIEWED = "actinic_keratosis"
"""A precursor of cancer, which the malignant probability does not count."""

MILD = 1.25
"""Up to this outlyingness an alert or a bad photograph is one: a rare lesion may be odd, and blur makes any lesion odd.
How far the lesions go that the shipped bundle held out: docs/evidence/outliers.md."""


def decide(prediction: Prediction | Unreadable, points: OperatingPoints) -> Decision:
    """The outcome of one photograph, from its probabilities at the bundle's own priors: the first rule that holds.

    UNREADABLE where there is no prediction; OUT_OF_SCOPE where it is an outlier; ALERT where melanoma reaches the
    alert point; RETAKE where the photograph will not do; REVIEW where melanoma or malignant reaches its review point,
    or actinic keratosis is the diagnosis; else ROUTINE.

    What is said of an outlier or of a bad photograph means little, so neither is called ROUTINE or REVIEW. But a
    wrong ALERT costs a glance, a melanoma that waits may cost a life: an alert stands in a bad photograph and in a
    mild outlier, and its reason says what is wrong with it. A mild outlier that is a bad photograph is taken again.
    OUT_OF_SCOPE and RETAKE say which alert or review they hold back.
    """
    if isinstance(prediction, Unreadable):
        return Decision(Outcome.UNREADABLE, prediction.reason)
    alert = _reached("melanoma", prediction.melanoma, "alert", points.alert)
    review = _review(prediction, points)
    held_back = _would_be(Outcome.ALERT, alert) or _would_be(Outcome.REVIEW, review)
    odd = _unlike(prediction)
    if prediction.outlyingness > (MILD if alert or prediction.refused else 1):
        return Decision(Outcome.OUT_OF_SCOPE, _joined(odd, held_back))
    if alert:
        return Decision(Outcome.ALERT, _joined(alert, odd, *_advice(prediction)))
    if prediction.refused:
        return Decision(Outcome.RETAKE, _joined(*_advice(prediction), odd, held_back))
    if review:
        return Decision(Outcome.REVIEW, review)
    return Decision(Outcome.ROUTINE, _joined(*_below(prediction, points)))


def _review(prediction: Prediction, points: OperatingPoints) -> str:
    """Why the photograph must be reviewed; empty where it need not be."""
    by_diagnosis = "actinic keratosis is always reviewed" if prediction.diagnosis.key == ALWAYS_REVIEWED else ""
    return (
        _reached("melanoma", prediction.melanoma, "review", points.review_melanoma)
        or _reached("malignant", prediction.malignant, "review", points.review_malignant)
        or by_diagnosis
    )


def _would_be(outcome: Outcome, why: str) -> str:
    return why and f"would be {outcome.value}: {why}"


def _below(prediction: Prediction, points: OperatingPoints) -> tuple[str, str]:
    return (
        _figures("melanoma", prediction.melanoma, "review", points.review_melanoma),
        _figures("malignant", prediction.malignant, "review", points.review_malignant),
    )


def _unlike(prediction: Prediction) -> str:
    """That it is an outlier; empty where it is none."""
    if prediction.outlyingness <= 1:
        return ""
    return f"unlike the photographs that the bundle knows ({prediction.outlyingness:.2f} times the limit)"


def _advice(prediction: Prediction) -> Iterator[str]:
    """What to do better, from all that makes the photograph useless."""
    return (issue.advice for issue in prediction.quality if issue.refuses)


def _joined(*parts: str) -> str:
    return "; ".join(part.removesuffix(".") for part in parts if part)


def _reached(what: str, probability: float, outcome: str, point: float) -> str:
    """The figures where `probability` reaches `point`, else nothing."""
    return _figures(what, probability, outcome, point) if probability >= point else ""


def _figures(what: str, probability: float, outcome: str, point: float) -> str:
    """Such as “melanoma 0.62, alert from 0.41”, with as many digits as it takes to tell the two apart."""
    said, limit = told_apart(probability, point, 2)
    return f"{what} {said}, {outcome} from {limit}"
