"""Which class is taken for which."""

from __future__ import annotations

from textwrap import fill

import numpy as np
from matplotlib.figure import Figure

from melanoscope.evaluation.results import Classes
from melanoscope.report.plots import canvas


def confusion(classes: Classes) -> Figure:
    """The confusion matrix: counts, and the share of the row, which the colour shows too."""
    names = [fill(each.name, 20) for each in classes.each]
    side = 1.9 + 0.54 * len(names)
    figure, axes = canvas(side, side - 0.1)
    totals = classes.confusion.sum(axis=1, keepdims=True)
    shares = np.divide(classes.confusion, totals, out=np.zeros(classes.confusion.shape), where=totals > 0)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), number in np.ndenumerate(classes.confusion):
        dark = shares[row, column] > 0.5
        text = f"{number:,}\n{shares[row, column]:.0%}" if number else "·"
        axes.text(column, row, text, ha="center", va="center", fontsize=9.5, color="white" if dark else "black")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), [f"{n} ({t:,})" for n, t in zip(names, totals[:, 0], strict=True)])
    axes.set(xlabel="predicted", ylabel="truth (photographs)")
    return figure
