"""The held-out photographs of a bundle: what every threshold was chosen on, so that it can be chosen again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.data import csv_file
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError


@dataclass(frozen=True)
class HeldOut:
    """Row i is one photograph: `groups` say what is drawn together, `truth` int64 (n,), `logits` float64 (n, 9)."""

    image_ids: tuple[str, ...]
    groups: tuple[str, ...]
    truth: NDArray[np.int64]
    logits: NDArray[np.float64]

    @classmethod
    def read(cls, path: Path) -> HeldOut:
        """InputError where the table is damaged."""
        rows = csv_file.read(path)
        try:
            truth = np.array([KEYS.index(row["diagnosis"]) for row in rows], dtype=np.int64)
            logits = np.array([[float(row[key]) for key in KEYS] for row in rows]).reshape(-1, len(KEYS))
            return cls(tuple(row["image_id"] for row in rows), tuple(row["group"] for row in rows), truth, logits)
        except (ValueError, KeyError) as error:
            raise InputError(f"{path} is damaged ({error}). Export the bundle again.") from error

    def write(self, path: Path) -> None:
        """One row for each photograph; a logit has the digits that give it back exactly."""
        names = (KEYS[k] for k in self.truth)
        cells = zip(self.image_ids, self.groups, names, self.logits.tolist(), strict=True)
        csv_file.write(path, ("image_id", "group", "diagnosis", *KEYS), ((*known, *said) for *known, said in cells))
