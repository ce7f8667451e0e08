"""Whether probabilities mean what they say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from melanoscope.evaluation.results import Calibration
from melanoscope.report.plots import GREY, LOOKS, WIDTH, legend_above, percent_axes


def reliability(calibrations: Sequence[Calibration]) -> Figure:
    """Observed share over forecast probability, one line for each; below, how many photographs have which forecast."""
    figure = Figure((WIDTH, 5.8), layout="constrained")
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    axes.plot([0, 1], [0, 1], ":", color=GREY, linewidth=1, label="perfect")
    for each, (colour, marker, line) in zip(calibrations, LOOKS, strict=False):
        errors = np.clip([each.observed - each.low, each.high - each.observed], 0, None)
        axes.errorbar(each.forecast, each.observed, errors, color=colour, elinewidth=1, capsize=2, fmt="none")
        axes.plot(each.forecast, each.observed, marker=marker, linestyle=line, color=colour, label=each.what)
        below.stairs(each.histogram, np.linspace(0, 1, len(each.histogram) + 1), color=colour, linestyle=line, lw=1.5)
    percent_axes(axes)
    axes.set(ylabel="observed share", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    below.set(xlabel="forecast probability", ylabel="photographs", ylim=(0, None))
    below.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    for part in (axes, below):
        part.grid(alpha=0.3)
        part.spines[["top", "right"]].set_visible(False)
    legend_above(axes)
    return figure
