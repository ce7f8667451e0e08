"""A learning curve on the terminal, and in words: would more photographs help?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from melanoscope.console import DISCLAIMER
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.learning_curve import AUC, BALANCED_ACCURACY, LearningCurve, Stage
from melanoscope.report.numbers import change, count, percent, score, undefined

FORMS: dict[str, tuple[str, Callable[[Figure], str]]] = {
    AUC: ("AUC of melanoma", score),
    BALANCED_ACCURACY: ("balanced accuracy", percent),
}
"""The figures of a `Stage` by name: their words, and how they are written."""


def table(curve: LearningCurve) -> RenderableType:
    """What each share of the lesions scores, what it adds to the one before, and what that says."""
    shown = Table(title=Text(title(curve)), title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    shown.collapse_padding = True
    for name in ("fitted", "figure", "value", "gain"):
        shown.add_column(name, justify="right" if name == "fitted" else "left")
    for stage in curve.stages:
        for row in _rows(stage):
            shown.add_row(*map(Text, row))
    return Group(shown, *map(Text, conclusion(curve)), Text(note(curve), style="dim"), Text(DISCLAIMER, style="dim"))


def _rows(stage: Stage) -> Iterator[tuple[str, ...]]:
    """One for each figure; the first says of how many photographs they are."""
    fitted = f"{stage.photographs:,.0f} ({100 * stage.share:g}%)"
    for name, (words, form) in FORMS.items():
        gain = change(stage.gains[name]) if stage.gains else ""
        yield fitted if name == AUC else "", words, form(stage.figures[name]), gain


def title(curve: LearningCurve) -> str:
    """What was fitted, and what all of it was judged on."""
    seeds = f", mean of {curve.seeds} seeds" if curve.seeds > 1 else ""
    judged = f"{count(curve.n, 'photograph')}, {curve.melanomas:,} melanoma"
    return f"{curve.recipe} on {curve.source}, out of fold{seeds}; n = {judged}"


def note(curve: LearningCurve) -> str:
    """What the intervals are, and what they are not."""
    advice = ": --seeds 3 would average over the former" if curve.seeds == 1 else ""
    return (
        "Fitted: the photographs that fitted the weights, the mean over the folds, and the share of the lesions that "
        f"they are. In brackets: 95 % intervals by bootstrap over {curve.groups:,} lesions or patients, paired for "
        f"gains; how the weights began and which lesions a share drew is chance too, and not in them{advice}."
    )


def conclusion(curve: LearningCurve) -> Iterator[str]:
    """For each figure one sentence: what the last photographs brought, and whether more would help."""
    before, last = curve.stages[-2:]
    for name, (words, _) in FORMS.items():
        gain = last.gains[name]
        if gain.value != gain.value:
            yield f"The {words} is {undefined(gain)}."
            continue
        step = f"From {before.photographs:,.0f} to {last.photographs:,.0f} photographs the {words} changed by"
        yield f"{step} {change(gain)}: {_verdict(gain)}."


def _verdict(gain: Figure) -> str:
    if gain.low > 0:
        return "it still rose, so more photographs would probably help"
    if gain.high < 0:
        return "it fell, so more photographs alone would hardly help"
    return "whether more photographs would help cannot be told from these"
