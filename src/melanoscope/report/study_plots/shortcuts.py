"""How much can be had without looking at the lesion."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from matplotlib.figure import Figure

from melanoscope.evaluation import intervals
from melanoscope.evaluation.study import Shortcut
from melanoscope.report.plots import BLUE, GREEN, GREY, ORANGE, WIDTH, canvas

_LOOKS = {False: (ORANGE, "//"), True: (GREEN, "..")}
"""Of a small classifier, and of the bundle where it is shown only so much."""


def shortcuts(probes: Sequence[Shortcut], system: intervals.Figure) -> Figure:
    """Bars of melanoma's AUC of each probe, against the `system`'s own and chance."""
    figure, axes = canvas(WIDTH, 1.3 + 0.42 * (len(probes) + 1))
    rows = [(probe.seen, probe.melanoma_auc, *_LOOKS[probe.by_bundle]) for probe in probes]
    for row, (_, auc, colour, hatch) in enumerate([("", system, BLUE, ""), *rows]):
        axes.barh(row, auc.value, color=colour, hatch=hatch, edgecolor="white", height=0.65)
        if auc.low == auc.low:
            axes.plot([auc.low, auc.high], [row, row], color="black", linewidth=1.2)
        axes.text(1.04, row, f"{auc.value:.3f}" if auc.value == auc.value else "not defined", va="center")
    axes.axvline(0.5, color=GREY, linewidth=1.5, linestyle=":")
    axes.set_yticks(range(len(rows) + 1), ["the system itself", *(fill(name, 28) for name, *_ in rows)])
    axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="AUC of melanoma (dotted line: chance)", xlim=(0, 1.22), ylim=(len(rows) + 0.5, -0.5))
    return figure
