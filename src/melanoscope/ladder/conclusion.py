"""The ladder's conclusion in words, every one of them computed from its figures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isnan

from melanoscope.evaluation.intervals import Figure
from melanoscope.ladder.figures import Rung, gain

OVERFITS = 0.10
"""A network that is this much more often right on its training photographs than on others overfits."""

BOUGHT = {
    "m2": "Augmentation and dropout (M2)",
    "m3": "Rebalancing after the split, and half as many epochs again (M3),",
    "m4": "Pre-training on ImageNet, with M4's recipe,",
}


def conclusion(rungs: Sequence[Rung]) -> list[str]:
    """One sentence for each finding: who overfits, what each step bought, how much was leakage, what Test says."""
    steps = [_bought(before, after) for before, after in pairwise(rungs)]
    return [*map(_overfits, rungs), *steps, *map(_leakage, rungs), *map(_test, rungs)]


def _overfits(rung: Rung) -> str:
    others = rung.last_validation
    verdict = "it overfits" if rung.last_train > others.high else "too few to say whether it overfits"
    if rung.last_train - others.value <= OVERFITS:
        verdict = "it does not overfit"
    return (
        f"{rung.recipe.upper()} in its last epoch ({rung.epochs}) is right on {rung.last_train:.0%} of its training "
        f"photographs as it sees them, and on {percent(others)} of others: {verdict}. The weights of "
        f"epoch {rung.best_epoch} are kept."
    )


def _bought(before: Rung, after: Rung) -> str:
    what = BOUGHT.get(after.recipe, f"The step from {before.recipe.upper()} to {after.recipe.upper()}")
    bought = gain(before, after)
    return f"{what} changed the honest accuracy by {points(bought)} points: {_verdict(bought)}."


def _leakage(rung: Rung) -> str:
    return " ".join(
        (
            f"{rung.recipe.upper()} measured as the notebooks do scores {percent(rung.notebook)}, honestly",
            f"{percent(rung.honest)}. Of what the notebooks validate on {percent(rung.copied)} also stands, as a copy",
            "or the same lesion, in their training part; on the rest the same network scores",
            f"{percent(rung.notebook_new)}. At one mix of classes the copies are worth {points(rung.leakage)} points:",
            f"{_verdict(rung.leakage)}.",
        )
    )


def _test(rung: Rung) -> str:
    return " ".join(
        (
            f"{rung.recipe.upper()} on the Test folder: trained as the notebooks do",
            f"{percent(rung.notebook_published_test)} as published, {percent(rung.notebook_audited_test)} after the",
            f"audit; trained honestly {percent(rung.published_test)} and {percent(rung.audited_test)}.",
        )
    )


def _verdict(change: Figure) -> str:
    if isnan(change.value):
        return "undefined"
    if change.low > 0:
        return "a gain"
    return "a loss" if change.high < 0 else "not to be told from nothing on these photographs"


def percent(figure: Figure) -> str:
    """With the 95 % interval and the n."""
    if isnan(figure.value):
        return f"undefined (n = {figure.n})"
    return f"{figure.value:.1%} ({100 * figure.low:.0f}–{100 * figure.high:.0f}, n = {figure.n})"


def points(figure: Figure) -> str:
    """In percentage points, with the 95 % interval."""
    if isnan(figure.value):
        return "undefined"
    return f"{100 * figure.value:+.1f} ({100 * figure.low:+.1f} to {100 * figure.high:+.1f})"
