"""What becomes of the figures when the photograph is not as it was."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from melanoscope.evaluation import intervals
from melanoscope.evaluation.results import Stress
from melanoscope.report.numbers import operation
from melanoscope.report.plots import BLUE, GREY, ORANGE


def stress(tests: Sequence[Stress]) -> Figure:
    """The change of melanoma's AUC, and the share of lesions with another outcome, under each operation."""
    figure = Figure((6.4, 1.1 + 0.33 * len(tests)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for row, test in enumerate(tests):
        _dot(left, test.auc_change, row, BLUE, "o")
        _dot(right, test.flips, row, ORANGE, "s")
    left.axvline(0, color=GREY, linewidth=1, linestyle=":")
    left.set(xlabel="change of the AUC")
    right.set(xlabel="other outcome", xlim=(0, None))
    right.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    left.set_yticks(range(len(tests)), [fill(operation(test), 28) for test in tests])
    left.set_ylim(len(tests) - 0.5, -0.5)
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.grid(alpha=0.3)
        axes.tick_params(axis="y", length=0, labelsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def _dot(axes: Axes, figure: intervals.Figure, row: int, colour: str, marker: str) -> None:
    if figure.low == figure.low:
        axes.plot([figure.low, figure.high], [row, row], color=colour, linewidth=1.5)
    axes.plot(figure.value, row, marker, color=colour)
