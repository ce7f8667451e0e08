"""Small made-up cases: what a system says of photographs whose diagnosis is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from melanoscope.diagnosis import Label
from melanoscope.evaluation.cases import Cases
from melanoscope.prediction import Outcome
from melanoscope.record import Record

OUTCOMES = {
    "A": Outcome.ALERT,
    "V": Outcome.REVIEW,
    "T": Outcome.RETAKE,
    "U": Outcome.UNREADABLE,
    "O": Outcome.OUT_OF_SCOPE,
    "N": Outcome.ROUTINE,
}


def record(
    image_id: str, diagnosis: str, *others: str, lesion: str | None = None, patient: str | None = None
) -> Record:
    """`others` are the diagnoses that the label leaves open beside the first."""
    label = Label.of(diagnosis, *others)
    return Record(Path(f"{image_id}.jpg"), image_id, label, lesion_id=lesion, patient_id=patient)


def toy_cases(
    records: Sequence[Record],
    melanoma: Sequence[float],
    malignant: Sequence[float] | None = None,
    outcomes: str | None = None,
    called: Sequence[int] | None = None,
    system: str = "toy",
) -> Cases:
    """`outcomes` has one letter of `OUTCOMES` for each photograph."""
    return Cases(
        system=system,
        source="made up",
        records=tuple(records),
        melanoma=np.array(melanoma, dtype=np.float64),
        malignant=None if malignant is None else np.array(malignant, dtype=np.float64),
        outcomes=None if outcomes is None else tuple(OUTCOMES[letter] for letter in outcomes),
        called=None if called is None else np.array(called, dtype=np.int64),
    )


def many(n: int = 300, seed: int = 0, strength: float = 1.5, system: str = "toy") -> Cases:
    """`n` photographs, two of each lesion, a fifth of them melanomas, told apart with `strength`, with outcomes.

    The truth depends on `n` alone, the scores on `seed` and `strength` too.
    """
    lesions = np.arange(n) // 2
    sick = np.random.default_rng(n).random(n)[lesions] < 0.2
    logits = np.random.default_rng(seed).normal(size=n) + strength * sick - 1
    scores = 1 / (1 + np.exp(-logits))
    records = [record(f"ISIC_{i:07d}", "melanoma" if sick[i] else "nevus", lesion=f"L{lesions[i]}") for i in range(n)]
    outcomes = "".join("A" if score > 0.6 else "V" if score > 0.3 else "N" for score in scores)
    called = [3 if score > 0.5 else 4 for score in scores]
    return toy_cases(records, scores.tolist(), scores.tolist(), outcomes, called, system)
