"""Cases: what one system says of photographs, beside what is known of them; all that figures are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from melanoscope.data.groups import Groups, distinct
from melanoscope.diagnosis import KEYS
from melanoscope.prediction import MALIGNANT, MELANOMA, Outcome
from melanoscope.record import Record


@dataclass(frozen=True)
class Cases:
    """Row i of everything is one photograph that has a label and a score.

    `melanoma` is float64 (n,) in [0, 1]; `malignant` the same, `probabilities` float64 (n, 9) whose rows sum to 1,
    and `called` int64 (n,), the class that the system names: each None where the system does not say it.
    `outcomes` are what the system's frozen operating points made of each, None where it has none. `not_excluded`,
    boolean (n, 9), are the diagnoses that it says cannot be excluded. `system` and `source` name what spoke and what
    it was shown; `stamp` is empty, or what must stand on every figure.
    """

    system: str
    source: str
    records: tuple[Record, ...]
    melanoma: NDArray[np.float64]
    malignant: NDArray[np.float64] | None = None
    probabilities: NDArray[np.float64] | None = None
    called: NDArray[np.int64] | None = None
    outcomes: tuple[Outcome, ...] | None = None
    not_excluded: NDArray[np.bool_] | None = None
    stamp: str = ""

    def __len__(self) -> int:
        return len(self.records)

    @cached_property
    def possible(self) -> NDArray[np.bool_]:
        """(n, 9): the diagnoses that a photograph's label does not rule out."""
        rows = [[bool(r.label and key in r.label.possible) for key in KEYS] for r in self.records]
        return np.array(rows, dtype=bool).reshape(-1, len(KEYS))

    @cached_property
    def truth(self) -> NDArray[np.int64]:
        """(n,): the class index, -1 where the label leaves several of the nine open."""
        return np.where(self.possible.sum(axis=1) == 1, self.possible.argmax(axis=1), -1)

    @cached_property
    def is_melanoma(self) -> NDArray[np.bool_]:
        """(n,): no data set's label leaves open whether it is a melanoma."""
        return np.asarray(self.truth == MELANOMA)

    @cached_property
    def malignancy(self) -> NDArray[np.int64]:
        """(n,): 1 malignant, 0 not, -1 where the label leaves it open, as HAM10000's `akiec` does."""
        cancer = np.isin(np.arange(len(KEYS)), MALIGNANT)
        some, other = self.possible[:, cancer].any(axis=1), self.possible[:, ~cancer].any(axis=1)
        return np.where(some & other, -1, some.astype(np.int64))

    @cached_property
    def groups(self) -> NDArray[np.str_]:
        """(n,): what is drawn together for an interval: all that share a patient, a lesion or their copies.

        Also by way of others: where only one of a lesion's photographs has a patient id, they still belong together.
        """
        joined = Groups(len(self))
        for known in ("patient_id", "group", "lesion_id"):
            joined.join_equal(getattr(record, known) or None for record in self.records)
        names = [r.patient_id or r.group or r.lesion_id or r.image_id for r in self.records]
        members = joined.members()
        own = distinct(min(names[i] for i in each) for each in members)
        named = {each[0]: name for each, name in zip(members, own, strict=True)}
        return np.array([named[root] for root in joined.roots().tolist()], dtype=np.str_)

    def take(self, which: NDArray[np.int64]) -> Cases:
        """Those at the positions `which`, in that order."""
        return replace(
            self,
            records=tuple(self.records[i] for i in which),
            melanoma=self.melanoma[which],
            malignant=None if self.malignant is None else self.malignant[which],
            probabilities=None if self.probabilities is None else self.probabilities[which],
            called=None if self.called is None else self.called[which],
            outcomes=None if self.outcomes is None else tuple(self.outcomes[i] for i in which),
            not_excluded=None if self.not_excluded is None else self.not_excluded[which],
        )
