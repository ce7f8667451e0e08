"""Whether the activation map shows what decides."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from melanoscope.evaluation.study import Explanation
from melanoscope.report.plots import BLUE, GREY


def explanation(measured: Explanation) -> Figure:
    """Melanoma's probability as pixels go, and as they come, by the map and at random."""
    figure = Figure((6.4, 3.5), layout="constrained")
    curves = (
        ("deletion: should fall fast", measured.deletion_curve, measured.deletion_random_curve),
        ("insertion: should rise fast", measured.insertion_curve, measured.insertion_random_curve),
    )
    left, right = figure.subplots(1, 2, sharey=True)
    highest = max(curve.max() for _, *both in curves for curve in both)
    for axes, (title, by_map, random), what in zip((left, right), curves, ("greyed", "shown"), strict=True):
        axes.plot(measured.shares, by_map, "o-", color=BLUE, markersize=4, label="by the map")
        axes.plot(measured.shares, random, "s--", color=GREY, markersize=4, label="at random")
        axes.set(title=title, xlabel=f"share of the pixels {what}", xlim=(-0.02, 1.02), ylim=(0, 1.08 * highest))
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    left.set_ylabel("mean probability of melanoma")
    return figure
