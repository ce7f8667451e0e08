"""Several systems on the same photographs: their plots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from textwrap import fill

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from melanoscope.evaluation.compare import Comparison, Pair, System
from melanoscope.report.compare_tables import DECIDED, OVER_ALL
from melanoscope.report.numbers import score
from melanoscope.report.plots import BLUE, GREY, LOOKS, WIDTH, canvas, legend_above, not_defined, percent_axes
from melanoscope.report.section import Plot
from melanoscope.report.study_plots import empty, put


def draw(comparison: Comparison, folder: Path) -> tuple[Plot, tuple[Plot, ...]]:
    """Draw the ROC curves, and a forest plot of every figure that some pair has a difference of, into `folder`."""
    empty(folder)
    n = f"n = {comparison.n:,}, {comparison.melanomas:,} melanoma"
    caption = f"ROC curves of melanoma, {n}. The marks are the systems' own operating points."
    curves = put(overlaid_roc(comparison.systems), folder / "roc.png", caption, comparison.stamp)
    return curves, tuple(_forests(comparison, folder, n))


def _forests(comparison: Comparison, folder: Path, n: str) -> Iterator[Plot]:
    for name, (words, _) in {**OVER_ALL, **DECIDED}.items():
        pairs = [pair for pair in comparison.pairs if name in pair.differences]
        if any(pair.differences[name].value == pair.differences[name].value for pair in pairs):
            caption = (
                f"{words}: differences with 95 % intervals, {n}. Right of 0, the system before the minus is better."
            )
            yield put(differences(pairs, words, name), folder / f"{name}.png", caption, comparison.stamp)


def overlaid_roc(systems: Sequence[System]) -> Figure:
    """Every system's ROC curve, and where its own operating point lies."""
    figure, axes = canvas(WIDTH, 5 + 0.2 * len(systems))
    axes.plot([0, 1], [0, 1], ":", color=GREY, linewidth=1, label="chance")
    for system, (colour, marker, line) in zip(systems, cycle(LOOKS), strict=False):
        label = fill(f"{system.name}: AUC {score(system.figures['auc'])}", 56)
        axes.plot(*system.roc.T, color=colour, linestyle=line, linewidth=1.8)
        x, y = _own_point(system)
        own = marker if x else ""  # the legend shows no mark that the plot has not
        axes.plot(x, y, marker=own, color=colour, markersize=9, markeredgecolor="black", linestyle=line, label=label)
    percent_axes(axes)
    axes.set(xlabel="1 − specificity", ylabel="sensitivity", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    legend_above(axes)
    return figure


def _own_point(system: System) -> tuple[list[float], list[float]]:
    if "sensitivity" not in system.figures:
        return [], []
    return [1 - system.figures["specificity"].value], [system.figures["sensitivity"].value]


def differences(pairs: Sequence[Pair], words: str, name: str) -> Figure:
    """A forest plot of one figure's paired differences."""
    labels = [fill(f"{pair.second} − {pair.first}", 26) for pair in pairs]
    lines = max(label.count("\n") + 1 for label in labels)
    figure, axes = canvas(WIDTH, 1.2 + (0.16 + 0.18 * lines) * len(pairs))
    for row, pair in enumerate(pairs):
        difference = pair.differences[name]
        if difference.value != difference.value:
            not_defined(axes, row)
        if difference.low == difference.low:
            axes.plot([difference.low, difference.high], [row, row], color=BLUE, linewidth=1.5)
        axes.plot(difference.value, row, "o", color=BLUE)
    axes.axvline(0, color=GREY, linewidth=1, linestyle=":")
    axes.set_yticks(range(len(pairs)), labels)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.tick_params(axis="y", length=0)
    axes.set(title=words, xlabel="difference", ylim=(len(pairs) - 0.5, -0.5))
    return figure
