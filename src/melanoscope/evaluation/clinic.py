"""What the frozen outcomes mean for a clinic: who is spared a visit, and at what price."""

from __future__ import annotations

import numpy as np

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, proportions
from melanoscope.evaluation.results import Clinic, Missed
from melanoscope.prediction import Outcome

FLAGGED = (Outcome.ALERT, Outcome.REVIEW)
REFUSED = (Outcome.RETAKE, Outcome.OUT_OF_SCOPE, Outcome.UNREADABLE)


def clinic(cases: Cases, rounds: int = ROUNDS, seed: int = 0) -> Clinic | None:
    """The shares of outcomes and the melanomas among those not flagged; None where the system has no outcomes."""
    if cases.outcomes is None:
        return None
    outcomes = np.array([outcome.value for outcome in cases.outcomes], dtype=np.str_)
    everyone, routine = np.full(len(cases), True), outcomes == Outcome.ROUTINE.value
    shares = {outcome: (everyone, outcomes == outcome.value) for outcome in Outcome}
    others = {
        "routine": (routine, ~cases.is_melanoma),
        "flagged": (cases.malignancy == 0, np.isin(outcomes, FLAGGED)),
        "refused": (everyone, np.isin(outcomes, REFUSED)),
    }
    figures = proportions(cases.groups, others, rounds, seed)
    return Clinic(
        shares=proportions(cases.groups, shares, rounds, seed),
        routine_npv=figures["routine"],
        benign_flagged=figures["flagged"],
        refused=figures["refused"],
        missed=_missed(cases, cases.outcomes),
    )


def _missed(cases: Cases, outcomes: tuple[Outcome, ...]) -> tuple[Missed, ...]:
    """The least urgent first, then by name."""
    rows = zip(cases.records, outcomes, cases.melanoma.tolist(), cases.is_melanoma, strict=True)
    missed = [Missed(record.image_id, o, score) for record, o, score, true in rows if true and o not in FLAGGED]
    return tuple(sorted(missed, key=lambda found: (-found.outcome.urgency, found.image_id)))
