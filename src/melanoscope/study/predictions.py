"""Predictions: what one system said of photographs, ours or another, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import isnan, nan
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.subgroups import Extra
from melanoscope.prediction import Finding, Outcome, Unreadable
from melanoscope.record import Record

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What a system says of one photograph: None where it does not, a `melanoma` of `nan` where it says nothing.

    `probabilities` are the nine, in the order of `diagnosis.KEYS`; `called` is the class that it names, by its key,
    and `possible` are those that it cannot exclude.
    """

    melanoma: float = nan
    malignant: float | None = None
    probabilities: tuple[float, ...] | None = None
    called: str | None = None
    outcome: Outcome | None = None
    reason: str = ""
    possible: tuple[str, ...] | None = None

    @classmethod
    def of(cls, finding: Finding) -> Answer:
        answer, decision = finding.answer, finding.decision
        if isinstance(answer, Unreadable):
            return cls(outcome=decision.outcome, reason=decision.reason)
        return cls(
            melanoma=answer.melanoma,
            malignant=answer.malignant,
            probabilities=tuple(map(float, answer.probabilities)),
            called=answer.diagnosis.key,
            outcome=decision.outcome,
            reason=decision.reason,
            possible=tuple(diagnosis.key for diagnosis in answer.possible),
        )

    @property
    def scored(self) -> bool:
        return not isnan(self.melanoma)


@dataclass(frozen=True)
class Predictions:
    """Row i of everything is one photograph, with a label or without.

    `temperature` is what the system's probabilities were scaled by, where that is known. `stamp` is what must stand on
    all figures, `notes` what must be known of how they were read.
    """

    system: str
    source: str
    records: tuple[Record, ...]
    answers: tuple[Answer, ...]
    extra: Extra = field(default_factory=dict)
    temperature: float | None = None
    stamp: str = ""
    notes: tuple[str, ...] = ()

    def take(self, rows: Sequence[int]) -> Predictions:
        """Those at the positions `rows`, in that order."""
        return replace(
            self,
            records=tuple(self.records[i] for i in rows),
            answers=tuple(self.answers[i] for i in rows),
        )

    def cases(self) -> Cases:
        """All of them as Cases: every row must have a label and a score."""
        answers = self.answers
        called, possible = _all([answer.called for answer in answers]), _all([answer.possible for answer in answers])
        return Cases(
            system=self.system,
            source=self.source,
            records=self.records,
            melanoma=np.array([answer.melanoma for answer in answers], dtype=np.float64),
            malignant=_numbers([answer.malignant for answer in answers]),
            probabilities=_numbers([answer.probabilities for answer in answers]),
            called=None if called is None else np.array([KEYS.index(key) for key in called], dtype=np.int64),
            outcomes=_all([answer.outcome for answer in answers]),
            not_excluded=None if possible is None else np.array([[key in keys for key in KEYS] for keys in possible]),
            stamp=self.stamp,
        )


def _all(values: Sequence[T | None]) -> tuple[T, ...] | None:
    """The values, or None where one is missing: what a system says of some only is no basis for a figure."""
    present = tuple(value for value in values if value is not None)
    return present if values and len(present) == len(values) else None


def _numbers(values: Sequence[float | tuple[float, ...] | None]) -> NDArray[np.float64] | None:
    present = _all(values)
    return None if present is None else np.array(present, dtype=np.float64)
