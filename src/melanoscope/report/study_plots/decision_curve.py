"""What deciding by the probability is worth, against biopsying everyone and no one."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from melanoscope.evaluation.results import NetBenefit
from melanoscope.report.plots import BLUE, GREY, ORANGE, WIDTH, canvas, legend_above


def decision_curve(benefit: NetBenefit) -> Figure:
    """Net benefit over the threshold probability, with its interval as a band."""
    figure, axes = canvas(WIDTH, 4.2)
    at = benefit.thresholds
    axes.fill_between(at, benefit.low, benefit.high, color=BLUE, alpha=0.2, linewidth=0)
    axes.plot(at, benefit.model, color=BLUE, linewidth=2, label="biopsy by the probability")
    axes.plot(at, benefit.biopsy_all, "--", color=ORANGE, linewidth=1.5, label="biopsy all")
    axes.axhline(0, color=GREY, linewidth=1.5, linestyle=":", label="biopsy none")
    highest = np.nanmax([0.01, *benefit.model, *benefit.high, *benefit.biopsy_all])
    axes.set(xlabel="threshold probability", ylabel="net benefit per photograph", xlim=(0, at[-1]))
    axes.set_ylim(-0.25 * highest, 1.08 * highest)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    legend_above(axes, columns=2)
    return figure
