"""What becomes of the figures when the photograph is not as it was."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from melanoscope.evaluation import intervals
from melanoscope.evaluation.study import Stress
from melanoscope.report.numbers import operation
from melanoscope.report.plots import BLUE, GREEN, GREY, ORANGE, not_defined


def stress(tests: Sequence[Stress]) -> Figure:
    """The change of melanoma's AUC, the share of lesions with another outcome, and of flagged ones now ROUTINE."""
    figure = Figure((7.2, 1.1 + 0.33 * len(tests)), layout="constrained")
    left, middle, right = figure.subplots(1, 3, sharey=True)
    for row, test in enumerate(tests):
        _dot(left, test.auc_change, row, BLUE, "o")
        _dot(middle, test.flips, row, ORANGE, "s")
        _dot(right, test.to_routine, row, GREEN, "^")
    left.axvline(0, color=GREY, linewidth=1, linestyle=":")
    left.set(xlabel="change of the AUC")
    for axes, what in ((middle, "other outcome"), (right, "flagged, now ROUTINE")):
        axes.set(xlabel=what, xlim=(0, None))
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    left.set_yticks(range(len(tests)), [fill(operation(test), 28) for test in tests])
    left.set_ylim(len(tests) - 0.5, -0.5)
    for axes in (left, middle, right):
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.grid(alpha=0.3)
        axes.tick_params(axis="y", length=0, labelsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def _dot(axes: Axes, figure: intervals.Figure, row: int, colour: str, marker: str) -> None:
    if figure.value != figure.value:
        not_defined(axes, row)
    if figure.low == figure.low:
        axes.plot([figure.low, figure.high], [row, row], color=colour, linewidth=1.5)
    axes.plot(figure.value, row, marker, color=colour, clip_on=False)
