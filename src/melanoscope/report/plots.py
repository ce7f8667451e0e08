"""Plots: figures in, a PNG out. The colours are Okabe and Ito's, told apart by colour-blind readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from melanoscope.atomic import replacing

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"


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


def save(figure: Figure, path: Path) -> None:
    """Write the PNG at once, without a time stamp, so that the same figures give the same bytes."""
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=120, metadata={"Software": None})


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
