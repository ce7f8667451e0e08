"""Answers about the model: what it is by design, and what its bundle says of how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from melanoscope.diagnosis import DIAGNOSES
from melanoscope.report.papers.log import Log


def purpose(_: Log) -> str:
    return (
        "Dermoscopic photographs are ranked so that suspected melanomas are looked at first. Research use only; not a "
        "medical device."
    )


def users(_: Log) -> str:
    return (
        "People whose lesion was photographed with a dermatoscope; dermatologists and trained staff decide. "
        "See the project's docs/safety.md for who must not use it."
    )


def objective(log: Log) -> str:
    return "Development and evaluation." if log.bundle else "Evaluation of saved predictions."


def blinding(_: Log) -> str:
    return "The network gets pixels alone: no label, name or metadata."


def predictors(_: Log) -> str:
    return "The pixels of one photograph. Age, sex and site are not used."


def image_types(_: Log) -> str:
    return "Dermoscopic photographs, as their publishers say; other pictures are answered OUT_OF_SCOPE."


def names(_: Log) -> str:
    return f"{', '.join(diagnosis.name for diagnosis in DIAGNOSES)}; each with its SNOMED CT code in diagnosis.py."


def measures(log: Log) -> str:
    rounds = log.studies[0]["made"].get("rounds")
    drawn = f" ({rounds} rounds)" if rounds else ""
    return (
        "AUC, average precision, partial AUC above 80 % sensitivity, sensitivity and specificity at frozen operating "
        "points, predictive values, net benefit, balanced accuracy, calibration; 95 % intervals by bootstrap over "
        f"lesions, or patients where known{drawn}."
    )


def preprocessing(log: Log) -> str | None:
    if not log.bundle:
        return None
    size = log.bundle["preprocessing"]["size"]
    return f"Squashed to {size} × {size} pixels, each channel normalised by the mean and deviation of the bundle."


def model(log: Log) -> str | None:
    if not log.bundle or not log.bundle["recipe"]:
        return None
    recipe = log.bundle["recipe"]
    start = "from ImageNet weights" if recipe["pretrained"] else "from random weights"
    return (
        f"{recipe['network']} {start}, {recipe['epochs']} epochs at most, batches of {recipe['batch']}, "
        f"{recipe['optimiser']} at {recipe['learning_rate']:g}, seed {recipe['seed']}; the epoch with the lowest "
        "validation loss was kept. The whole recipe is in the bundle."
    )


def specification(log: Log) -> str | None:
    if not log.bundle:
        return None
    return f"The bundle {log.bundle['name']} of {log.bundle['created']}, model SHA-256 {log.bundle['model_sha256']}."


def partition(log: Log) -> str | None:
    if not log.bundle:
        return None
    return (
        "Photographs that fitted the weights, that chose epoch, temperature and thresholds, and that give the figures "
        "share no photograph, near copy or lesion; photographs that the bundle was made with are refused."
    )


def imbalance(log: Log) -> str | None:
    if not log.bundle or not log.bundle["recipe"]:
        return None
    recipe = log.bundle["recipe"]
    if "balance" not in recipe:  # a recipe of an older version: it is not guessed what it meant
        return None
    if recipe["balance"]:
        return f"A class of c photographs was drawn in proportion to c^{1 - recipe['balance']:g}, in training alone."
    if recipe["at_least"]:
        return f"Small classes were repeated up to {recipe['at_least']} photographs an epoch, in training alone."
    return "Not handled: the photographs were drawn as they come."


def synthetic(log: Log) -> str | None:
    if not log.bundle or not log.bundle["recipe"]:
        return None
    changes = ", ".join(name for name, value in log.bundle["recipe"]["augmentation"].items() if value)
    return f"None; training photographs were changed at random ({changes})." if changes else "None."


def thresholds(log: Log) -> str | None:
    if not log.bundle:
        return None
    points = log.bundle["operating_points"]
    return (
        f"ALERT from a melanoma probability of {points['alert']:.3f}; REVIEW from {points['review_melanoma']:.3f}, "
        f"or a malignant one of {points['review_malignant']:.3f}; frozen before evaluation, chosen on {points['n']} "
        f"photographs ({points['melanomas']} melanomas): {points['chosen_on']}."
    )


def calibration_method(log: Log) -> str | None:
    if not log.bundle:
        return None
    return f"Temperature scaling, T = {log.bundle['temperature']:.3f}, before evaluation. Not updated after it."


def computation(log: Log) -> str:
    return "; ".join(f"{name}: {value}" for name, value in log.studies[0]["made"].items()) + "."


def indeterminate(_: Log) -> str:
    return (
        "REVIEW says that melanoma cannot be excluded; what cannot be read or judged has outcomes of its own, counted."
    )


def poor_input(_: Log) -> str:
    return (
        "RETAKE with advice to the photographer, OUT_OF_SCOPE for what is no lesion, UNREADABLE for what is no image."
    )


def unit(log: Log) -> str:
    return f"Figures by {', by '.join(each['level'] for each in log.studies[0]['evaluations'])}."


def data_access(log: Log) -> str | None:
    return f"Licence of the weights: {log.bundle['licence']}." if log.bundle else None


def code_access(_: Log) -> str:
    return "Melanoscope is open source (Apache-2.0); one command repeats each figure (see “computed”)."


def fields(values: Mapping[str, Any]) -> str:
    """Such as “nevus 12, melanoma 3”, the most frequent first."""
    return ", ".join(f"{name} {count:,}" for name, count in sorted(values.items(), key=lambda pair: -pair[1]))
