"""Splits that never divide a group: copies and lesions stand on one side together."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from melanoscope.record import Record


@dataclass(frozen=True)
class Split:
    """Three sides; no group stands on two of them."""

    train: tuple[Record, ...]
    validation: tuple[Record, ...]
    test: tuple[Record, ...]


def split(records: Sequence[Record], folds: int, seed: int) -> list[Split]:
    """`folds` splits of the records with a diagnosis, stratified by it.

    Every record that its publisher did not set apart is in `validation` exactly once; published test photographs are
    in every `test`, published validation photographs in none. A record's group is its `group`, else its `image_id`.
    The result depends on the records and the seed, not on their order.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    ordered = sorted((r for r in records if r.diagnosis), key=lambda r: (r.image_id, str(r.path)))
    test = tuple(r for r in ordered if r.published_split == "test")
    free = [r for r in ordered if r.published_split not in {"test", "validation"}]
    labels = [r.diagnosis.key for r in free if r.diagnosis]
    groups = [r.group or r.image_id for r in free]
    with warnings.catch_warnings():
        # A class with fewer groups than folds is then missing from some of them, which is all that can be done.
        warnings.simplefilter("ignore", UserWarning)
        parts = list(StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(free, labels, groups))
    return [
        Split(tuple(free[i] for i in train), tuple(free[i] for i in validation), test) for train, validation in parts
    ]
