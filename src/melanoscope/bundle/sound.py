"""What a bundle's description may say: values of the right kind, and in range."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

from melanoscope.bundle.description import Description, Int8, OutlierLimits
from melanoscope.diagnosis import KEYS


def sound(description: Description) -> Description:
    """The same; ValueError where a value in it is of the wrong kind or out of range."""
    for wrong in _wrong(description):
        raise ValueError(wrong)
    return description


def _wrong(description: Description) -> Iterator[str]:
    """What cannot be, and why."""
    points, preprocessing = description.operating_points, description.preprocessing
    for name in ("name", "created", "licence", "model_sha256", "held_out_sha256", "outliers_sha256"):
        if not isinstance(getattr(description, name), str):
            yield f"{name} is no text"
    for name in ("chosen_on", "chosen_for"):
        if not isinstance(getattr(points, name), str):
            yield f"{name} is no text"
    for name in ("recipe", "evaluation", "environment", "cross_validated"):
        if not isinstance(getattr(description, name), dict):
            yield f"{name} is no object"
    for name in ("alert", "review_melanoma", "review_malignant"):
        if not (_number(point := getattr(points, name)) and 0 < point <= 1):
            yield f"{name} is {point}, not above 0 and at most 1"
    if not (_number(description.temperature) and description.temperature > 0):
        yield f"temperature is {description.temperature}, not above 0"
    if not (type(preprocessing.size) is int and preprocessing.size > 0):
        yield f"size is {preprocessing.size}, not a number of pixels"
    if not (_numbers(preprocessing.mean, 3) and _numbers(preprocessing.std, 3) and min(preprocessing.std) > 0):
        yield "mean and std are not three numbers each, those of std above 0"
    yield from _wrong_head(description)
    yield from _wrong_by_class(description)
    yield from _wrong_limits(description.outliers)
    yield from _wrong_int8(description.int8)


def _wrong_head(description: Description) -> Iterator[str]:
    rows, classes = description.head_weights, len(description.diagnoses)
    if rows and not (len(rows) == classes and all(_numbers(row, len(rows[0])) for row in rows)):
        yield f"head_weights are not {classes} rows of as many numbers each"


def _wrong_by_class(description: Description) -> Iterator[str]:
    conformal, classes = description.conformal, len(description.diagnoses)
    shares = {"priors": description.priors, "levels": conformal.levels, "quantiles": conformal.quantiles}
    for name, values in shares.items():
        if not (_numbers(values, classes) and all(0 <= value <= 1 for value in values)):
            yield f"{name} are not {classes} numbers from 0 to 1"
    melanoma = dict(zip(KEYS, description.priors, strict=False)).get("melanoma", 0)
    if not 0 < melanoma < 1:
        yield f"melanoma's share of the priors is {melanoma}, not between 0 and 1"
    if not isinstance(conformal.chosen_on, str):
        yield "chosen_on is no text"


def _wrong_limits(limits: OutlierLimits | None) -> Iterator[str]:
    if limits and not (_numbers((limits.distance, limits.energy), 2) and isinstance(limits.chosen_on, str)):
        yield "outliers are not a distance, an energy and what they were chosen on"


def _wrong_int8(int8: Int8 | None) -> Iterator[str]:
    if int8 and not (isinstance(int8.sha256, str) and isinstance(int8.why, str) and isinstance(int8.evaluation, dict)):
        yield "int8 is not a SHA-256, a reason and an evaluation"


def _numbers(values: tuple[Any, ...], length: int) -> bool:
    return len(values) == length and all(map(_number, values))


def _number(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value)
