"""The ladder's conclusion in words, every one of them computed from its figures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from melanoscope.evaluation.intervals import Figure
from melanoscope.ladder.figures import Rung, gain

OVERFITS = 0.10
"""A network that is this much more often right on its training photographs than on new ones overfits."""

BOUGHT = {
    "m2": "Augmentation and dropout",
    "m3": "Rebalancing (after the split)",
    "m4": "Pre-training, with M4's recipe,",
}


def conclusion(rungs: Sequence[Rung]) -> list[str]:
    """One sentence for each finding: who overfits, what each step bought, and how much was leakage."""
    steps = [_bought(before, after) for before, after in pairwise(rungs)]
    return [*map(_overfits, rungs), *steps, *map(_leakage, rungs)]


def _overfits(rung: Rung) -> str:
    gap = rung.honest_train_accuracy - rung.honest.value
    verdict = "overfits" if gap > OVERFITS else "does not overfit"
    return (
        f"{rung.recipe.upper()} {verdict}: it is right on {rung.honest_train_accuracy:.0%} of its training photographs "
        f"as it sees them, and on {rung.honest.value:.0%} of those that it never saw ({_points(gap)} points apart)."
    )


def _bought(before: Rung, after: Rung) -> str:
    what = BOUGHT.get(after.recipe, f"The step from {before.recipe.upper()} to {after.recipe.upper()}")
    bought = gain(before, after)
    return f"{what} changed the honest accuracy by {interval(bought)} points: {_verdict(bought)}."


def _leakage(rung: Rung) -> str:
    inflated = rung.notebook.value - rung.honest.value
    return (
        f"{rung.recipe.upper()}: measured as the notebooks do it scores {rung.notebook.value:.0%}, honestly "
        f"{rung.honest.value:.0%}: {_points(inflated)} points of it are the way of measuring. {rung.copied:.0%} of the "
        f"photographs that the notebooks validate on also stand, as a copy or as the same lesion, in their training "
        f"part; on the others the same network scores {rung.notebook_new.value:.0%}."
    )


def _verdict(bought: Figure) -> str:
    if bought.low > 0:
        return "a gain"
    return "a loss" if bought.high < 0 else "not to be told from nothing on these photographs"


def interval(figure: Figure) -> str:
    """In percentage points, with the 95 % interval."""
    return f"{_points(figure.value)} ({_points(figure.low)} to {_points(figure.high)})"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"
