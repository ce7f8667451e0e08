"""Whether the figures hold for everyone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from melanoscope.evaluation.results import Evaluation, Subgroup
from melanoscope.evaluation.subgroups import by
from melanoscope.report.plots import BLUE, GREY, LIGHT, WIDTH, canvas, not_defined

ROWS = 22
"""Rows of one plot, at most, so that it fits a page of paper; one attribute is not divided where it can be helped."""


def subgroups(evaluation: Evaluation) -> list[Figure]:
    """Forest plots of melanoma's AUC; what is too few to say is grey and hollow."""
    return [_forest(rows, evaluation.melanoma.auc.value) for rows in _pages(evaluation.subgroups)]


def _pages(rows: Sequence[Subgroup]) -> Iterator[list[Subgroup]]:
    page: list[Subgroup] = []
    for attribute in dict.fromkeys(row.attribute for row in rows):
        block = [row for row in rows if row.attribute == attribute]
        if page and len(page) + len(block) > ROWS:
            yield page
            page = []
        page = [*page, *block]
    if page:
        yield page


def _forest(rows: Sequence[Subgroup], whole: float) -> Figure:
    attributes = list(dict.fromkeys(row.attribute for row in rows))
    figure, axes = canvas(WIDTH, 1.1 + 0.27 * (len(rows) + len(attributes)))
    at, ticks, headings = 0, [], set(map(by, attributes))
    for attribute in attributes:
        ticks.append((at, by(attribute)))
        for row in (row for row in rows if row.attribute == attribute):
            at += 1
            ticks.append((at, f"{shorten(row.value, 32, placeholder='…')}  ({row.melanomas}/{row.n})"))
            _mark(axes, row, at)
        at += 1
    axes.axvline(whole, color=GREY, linewidth=1, linestyle=":")
    axes.set_yticks([y for y, _ in ticks], [name for _, name in ticks])
    for (_, name), label in zip(ticks, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if name in headings else "normal")
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="AUC of melanoma (dotted: of all)", ylim=(at - 0.4, -0.6), xlim=(None, 1.02))
    return figure


def _mark(axes: Axes, row: Subgroup, at: int) -> None:
    value, low, high = row.auc.value, row.auc.low, row.auc.high
    if value != value:
        not_defined(axes, at)
        return
    few = bool(row.too_few)
    colour = LIGHT if few else BLUE
    if low == low:
        axes.plot([low, high], [at, at], "--" if few else "-", color=colour, linewidth=1.5)
    axes.plot(value, at, "o", color=colour, markerfacecolor="white" if few else colour)
