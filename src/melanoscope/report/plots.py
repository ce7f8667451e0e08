"""Plots: figures in, a PNG out. The colours are Okabe and Ito's, told apart by colour-blind readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from melanoscope.atomic import replacing

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
LIGHT = "#B4B4B4"
RED = "#B00020"
"""Of the stamp alone: no plot tells anything else by it."""

LOOKS = (
    (BLUE, "o", "-"),
    (ORANGE, "s", "--"),
    (GREEN, "^", "-."),
    ("#CC79A7", "D", ":"),
    ("#E69F00", "v", (0, (5, 1))),
    ("#56B4E9", "P", (0, (3, 1, 1, 1))),
)
"""Colour, marker and line of the first, second … thing in a plot: never told apart by colour alone."""


SHARP = 170
"""Dots per inch of a plot on a page: sharp on paper and on a close screen."""

WIDTH = 5.6
"""Inches of a plot that stands in a column: letters of 10 points are a fortieth of it."""


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty plot of `width`×`height` inches; at `WIDTH` its letters can be read at half its size."""
    figure = Figure((width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.grid(alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def percent_axes(axes: Axes) -> None:
    """Both axes in percent."""
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))


def legend_above(axes: Axes, columns: int = 1) -> None:
    """The legend over the plot, where it hides nothing."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False)


def not_defined(axes: Axes, row: int) -> None:
    """Say so in a row of a plot that shows figures by row: an empty row could be taken for 0."""
    axes.text(0.5, row, "not defined", transform=axes.get_yaxis_transform(), color=GREY, ha="center", va="center")


def stamp(figure: Figure, words: str) -> None:
    """Write `words` in red over the plot, so that it cannot be shown without them; nothing where there are none."""
    if words:
        figure.suptitle(fill(words, int(10 * figure.get_figwidth())), color=RED, fontsize=10, fontweight="bold")


def history_graph(rows: Sequence[Mapping[str, float]], title: str, path: Path) -> None:
    """Loss and accuracy over the epochs, training against validation; the kept epoch is marked.

    Each row has `epoch`, `train_loss`, `train_accuracy`, `validation_loss` and `validation_accuracy`.
    """
    figure = Figure(figsize=(10, 4), layout="constrained")
    best = min(rows, key=lambda row: row["validation_loss"])["epoch"]
    for axes, quantity, unit in zip(figure.subplots(1, 2), ("loss", "accuracy"), (" (nats)", ""), strict=True):
        _curve(axes, rows, f"train_{quantity}", "training", BLUE, "o-")
        _curve(axes, rows, f"validation_{quantity}", "validation", ORANGE, "s--")
        axes.axvline(best, color=GREY, linewidth=1, linestyle=":", label=f"weights kept: epoch {best:.0f}")
        axes.set(xlabel="epoch", ylabel=f"{quantity}{unit}", title=f"{title}: {quantity}")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
    figure.axes[1].set_ylim(0, 1)
    figure.axes[0].legend(frameon=False)
    save(figure, path)


def _curve(axes: Axes, rows: Sequence[Mapping[str, float]], key: str, label: str, colour: str, style: str) -> None:
    axes.plot(
        [row["epoch"] for row in rows], [row[key] for row in rows], style, color=colour, label=label, markersize=4
    )


def save(figure: Figure, path: Path, dpi: int = 120) -> None:
    """Write the PNG at once, without a time stamp, so that the same figures give the same bytes."""
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=dpi, metadata={"Software": None})


def ladder_graph(recipes: Sequence[str], bars: Mapping[str, Sequence[tuple[float, float, float]]], path: Path) -> None:
    """Accuracies of each recipe as grouped bars, each (value, low, high) of its 95 % interval; `nan` draws none."""
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(bars)
    looks = zip((GREY, ORANGE, "#E69F00", BLUE, GREEN), ("", "//", "..", "", "\\\\"), strict=False)
    for i, ((label, values), (colour, hatch)) in enumerate(zip(bars.items(), looks, strict=False)):
        x = [j + (i - (len(bars) - 1) / 2) * width for j in range(len(recipes))]
        heights = [value for value, _, _ in values]
        errors = [[v - low for v, low, _ in values], [high - v for v, _, high in values]]
        axes.bar(x, heights, width, label=label, color=colour, hatch=hatch, edgecolor="white", linewidth=0.5)
        axes.errorbar(x, heights, errors, fmt="none", ecolor="black", elinewidth=1, capsize=2)
        for at, height in zip(x, heights, strict=True):
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
            axes.text(at, 0.03, f"{height:.0%}", ha="center", fontsize=7, bbox=box)
    axes.set(xticks=range(len(recipes)), xticklabels=[r.upper() for r in recipes], ylabel="accuracy", ylim=(0, 1))
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=9)
    save(figure, path)
