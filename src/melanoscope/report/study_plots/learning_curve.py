"""Whether more photographs would help."""

from __future__ import annotations

from math import log
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator, PercentFormatter

from melanoscope.evaluation.learning_curve import BALANCED_ACCURACY, LearningCurve
from melanoscope.report.learning_curve import FORMS, title
from melanoscope.report.numbers import undefined
from melanoscope.report.plots import GREY, LOOKS, WIDTH

NEAR = 0.09
"""Two counts that are nearer than this share of the axis would be written over each other."""


def learning_curve(curve: LearningCurve) -> Figure:
    """Every figure against the photographs that fitted the weights, one above the other, with 95 % intervals."""
    figure = Figure((WIDTH, 5.8), layout="constrained")
    panels = figure.subplots(len(FORMS), sharex=True)
    for number, (axes, name) in enumerate(zip(panels, FORMS, strict=True)):
        _panel(axes, curve, name, number)
    panels[0].set_title(fill(f"{title(curve)}; bars: 95 % intervals", 60), fontsize=10, loc="left")
    panels[-1].set_xlabel("photographs that fitted the weights (mean of the folds; log scale)")
    counts = _apart([stage.photographs for stage in curve.stages])
    panels[-1].set_xscale("log")
    panels[-1].set_xticks(counts, [f"{count:,.0f}" for count in counts])
    panels[-1].xaxis.set_minor_locator(NullLocator())
    return figure


def _panel(axes: Axes, curve: LearningCurve, name: str, look: int) -> None:
    colour, marker, line = LOOKS[look]
    counts, figures = [stage.photographs for stage in curve.stages], [stage.figures[name] for stage in curve.stages]
    axes.plot(counts, [each.value for each in figures], color=colour, marker=marker, linestyle=line, markersize=7)
    axes.vlines(counts, [each.low for each in figures], [each.high for each in figures], color=colour, linewidth=1.5)
    axes.set(ylabel=FORMS[name][0])
    if name == BALANCED_ACCURACY:
        axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    if all(each.value != each.value for each in figures):
        axes.text(0.5, 0.5, undefined(figures[0]), transform=axes.transAxes, color=GREY, ha="center", va="center")
        axes.set_yticks([])


def _apart(counts: list[float]) -> list[float]:
    """Of the ascending `counts` those that can be written beside each other: the largest, and from there down."""
    kept = [counts[-1]]
    for count in reversed(counts):
        if log(kept[-1] / count) > NEAR * log(counts[-1] / counts[0]):
            kept.append(count)
    return kept
