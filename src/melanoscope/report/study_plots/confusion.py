"""Which class is taken for which."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from melanoscope.evaluation.results import Classes
from melanoscope.report.plots import canvas


def confusion(classes: Classes) -> Figure:
    """The confusion matrix: counts, and the share of the row, which the colour shows too."""
    names = [each.name for each in classes.each]
    side = 3 + 0.55 * len(names)
    figure, axes = canvas(side, side - 0.7)
    totals = classes.confusion.sum(axis=1, keepdims=True)
    shares = np.divide(classes.confusion, totals, out=np.zeros(classes.confusion.shape), where=totals > 0)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), number in np.ndenumerate(classes.confusion):
        dark = shares[row, column] > 0.5
        text = f"{number:,}\n{shares[row, column]:.0%}" if number else "·"
        axes.text(column, row, text, ha="center", va="center", fontsize=8.5, color="white" if dark else "black")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), [f"{n} ({t:,})" for n, t in zip(names, totals[:, 0], strict=True)])
    axes.set(xlabel="called", ylabel="truth (photographs)")
    bar = figure.colorbar(image, ax=axes, shrink=0.7, format=PercentFormatter(1))
    bar.set_label("share of the row")
    return figure
