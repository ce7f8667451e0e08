"""Splits that never divide a group: copies and lesions stand on one side together."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import BY_KEY
from melanoscope.errors import InputError
from melanoscope.extras import evidence
from melanoscope.record import Record


@dataclass(frozen=True)
class Split:
    """Three sides; no group stands on two of them."""

    train: tuple[Record, ...]
    validation: tuple[Record, ...]
    test: tuple[Record, ...]


def split(records: Sequence[Record], folds: int, seed: int) -> list[Split]:
    """`folds` splits of the records with a diagnosis, stratified by it.

    Published test photographs are in every `test`, published validation photographs on no side. The others are in
    `validation` exactly once, save those of a group that has such a photograph: they are on no side. A record's
    group is its `unit`. The result depends on the records and the seed, not on their order.
    InputError where there are fewer groups than folds, where every diagnosis has fewer photographs than there are
    folds, or where scikit-learn is missing.
    """
    ordered = sorted((r for r in records if r.diagnosis), key=lambda r: (r.image_id, str(r.path)))
    apart = {r.unit for r in ordered if r.published_split in ("test", "validation")}
    free = [r for r in ordered if r.unit not in apart]
    test = tuple(r for r in ordered if r.published_split == "test")
    validations = _validations(free, folds, seed)
    return [
        Split(
            tuple(r for r, fold in zip(free, validations, strict=True) if fold != number),
            tuple(r for r, fold in zip(free, validations, strict=True) if fold == number),
            test,
        )
        for number in range(folds)
    ]


def _validations(free: Sequence[Record], folds: int, seed: int) -> list[int]:
    """In which fold each record is validated."""
    groups = [r.unit for r in free]
    labels = [r.diagnosis.key for r in free if r.diagnosis]
    _refuse_too_few(groups, labels, folds)
    return [int(number) for number in fold_numbers(np.array(labels), np.array(groups), folds, seed)]


def fold_numbers(labels: NDArray[Any], groups: NDArray[Any], folds: int, seed: int) -> NDArray[np.int64]:
    """In which of `folds` each of n rows is held out, (n,): stratified by `labels` (n,), none of `groups` (n,) divided.

    InputError where scikit-learn is missing.
    """
    with evidence("Splitting"):
        from sklearn.model_selection import StratifiedGroupKFold
    numbers = np.empty(len(labels), dtype=np.int64)
    with warnings.catch_warnings():
        # A class with fewer groups than folds is then missing from some of them, which is all that can be done.
        warnings.simplefilter("ignore", UserWarning)
        parts = StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(labels, labels, groups)
        for number, (_, held_out) in enumerate(parts):
            numbers[held_out] = number
    return numbers


def _refuse_too_few(groups: Sequence[str], labels: Sequence[str], folds: int) -> None:
    if len(set(groups)) < folds:
        raise InputError(
            f"{len(set(groups))} lesions or photographs cannot be split in {folds}. Give more photographs."
        )
    counts = Counter(labels).most_common()
    if counts[0][1] < folds:
        listed = ", ".join(f"{BY_KEY[key].name.lower()} {count}" for key, count in counts)
        raise InputError(f"No diagnosis has {folds} photographs to split in {folds} ({listed}). Give more photographs.")
