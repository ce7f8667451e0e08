"""What an image operation does to the figures of a system: the same photographs before it and after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Flags, Weights, bootstrap_all, proportions
from melanoscope.evaluation.operating import CALLS, point
from melanoscope.evaluation.ranking import auc_of
from melanoscope.evaluation.study import Stress
from melanoscope.prediction import Outcome

_CALL = "ALERT or REVIEW"


def compare(operation: str, strength: str, before: Cases, after: Cases, rounds: int = ROUNDS, seed: int = 0) -> Stress:
    """`after` the operation against `before` it: the same photographs in the same order, both with outcomes.

    The AUC and its change come from the same draws, so that what both have in common cancels. ValueError where the
    photographs differ or there are no outcomes.
    """
    if before.records != after.records or before.outcomes is None or after.outcomes is None:
        raise ValueError("a stress test compares the outcomes of the same photographs")
    called = np.array([outcome in CALLS[_CALL] for outcome in after.outcomes], dtype=bool)
    frozen = point(_CALL, before.is_melanoma, called, before.groups, rounds=rounds, seed=seed)
    aucs = _aucs(before, after, rounds, seed)
    asked, melanomas = _shifts(before, before.outcomes, after.outcomes)
    shifts = proportions(before.groups, asked, rounds, seed)
    return Stress(
        operation=operation,
        strength=strength,
        n=len(after),
        auc=aucs["auc"],
        auc_change=aucs["change"],
        sensitivity=frozen.sensitivity,
        specificity=frozen.specificity,
        flips=shifts["flips"],
        to_routine=shifts["to_routine"],
        melanomas_to_routine=melanomas,
    )


def _shifts(
    cases: Cases, before: tuple[Outcome, ...], after: tuple[Outcome, ...]
) -> tuple[dict[str, tuple[Flags, Flags]], int]:
    """By the names of a Stress's shares, which photographs (n,) are asked and which of them count; and its melanomas.

    Each lesion is asked once, at its first photograph, and is a melanoma where any of its photographs is. Its outcome
    is the most urgent of theirs. From ALERT to REVIEW is a flip as is ALERT to ROUTINE. Photographs without a lesion id
    are one lesion with their copies.
    """
    lesions = np.array([r.lesion_id or r.unit for r in cases.records], dtype=np.str_)
    _, where, lesion = np.unique(lesions, return_index=True, return_inverse=True)
    first = np.isin(np.arange(len(cases)), where)
    old, new = (_most_urgent(outcomes, lesion)[lesion] for outcomes in (before, after))
    flagged = first & np.isin(old, [outcome.urgency for outcome in CALLS[_CALL]])
    routine = new == Outcome.ROUTINE.urgency
    melanoma = np.isin(lesion, lesion[cases.is_melanoma])
    shares = {"flips": (first, old != new), "to_routine": (flagged, routine)}
    return shares, int((flagged & routine & melanoma).sum())


def _most_urgent(outcomes: tuple[Outcome, ...], lesion: NDArray[np.intp]) -> NDArray[np.int64]:
    """(lesions,): the least `urgency`, 0 for the most urgent, among the photographs of each `lesion` (n,)."""
    least = np.full(lesion.max(initial=-1) + 1, len(Outcome))
    np.minimum.at(least, lesion, np.array([outcome.urgency for outcome in outcomes], dtype=np.int64))
    return least


def _aucs(before: Cases, after: Cases, rounds: int, seed: int) -> dict[str, Figure]:
    """By `auc` after the operation, and its `change`."""
    old, new = (auc_of(before.is_melanoma, cases.melanoma) for cases in (before, after))

    def figures(weights: Weights) -> dict[str, float]:
        auc = new(weights)
        return {"auc": auc, "change": auc - old(weights)}

    return bootstrap_all(figures, before.groups, rounds, seed)
