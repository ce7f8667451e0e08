"""How well melanoma, or cancer, is told from the rest, over all thresholds."""

from __future__ import annotations

from matplotlib.figure import Figure

from melanoscope.evaluation.results import Binary
from melanoscope.report.plots import GREY, LOOKS, WIDTH, canvas, legend_above, percent_axes


def roc(binary: Binary) -> Figure:
    """The ROC curve, with the frozen operating points on it."""
    figure, axes = canvas(WIDTH, 4.8)
    colour, _, _ = LOOKS[0]
    axes.plot(*binary.roc.T, color=colour, linewidth=2, label=f"AUC {binary.auc.value:.3f}")
    axes.plot([0, 1], [0, 1], ":", color=GREY, linewidth=1, label="chance")
    for point, (colour, marker, _) in zip(binary.points, LOOKS[1:], strict=False):
        at = (1 - point.specificity.value, point.sensitivity.value)
        axes.plot(*at, marker, color=colour, markersize=10, markeredgecolor="black", clip_on=False, label=point.name)
    percent_axes(axes)
    axes.set(xlabel="1 − specificity", ylabel="sensitivity", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    axes.legend(loc="lower right", frameon=False)
    return figure


def precision_recall(binary: Binary) -> Figure:
    """Precision over recall, with the operating points, and the precision of chance."""
    figure, axes = canvas(WIDTH, 4.8)
    colour, _, _ = LOOKS[0]
    label = f"average precision {binary.average_precision.value:.3f}"
    axes.plot(*binary.precision_recall.T, color=colour, linewidth=2, label=label)
    chance = binary.positives / binary.n
    axes.axhline(chance, color=GREY, linewidth=1, linestyle=":", label=f"chance: {chance:.1%} have it")
    for point, (colour, marker, _) in zip(binary.points, LOOKS[1:], strict=False):
        at = (point.sensitivity.value, point.ppv.value)
        axes.plot(*at, marker, color=colour, markersize=10, markeredgecolor="black", clip_on=False, label=point.name)
    percent_axes(axes)
    axes.set(xlabel="recall (sensitivity)", ylabel="precision (PPV)", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    legend_above(axes, columns=2)
    return figure
