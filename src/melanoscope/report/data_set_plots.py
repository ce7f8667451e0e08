"""A data set's plots: its class balance, and one photograph of every class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from melanoscope.data.decode import decode
from melanoscope.data.describe import NO_SPLIT, Summary
from melanoscope.diagnosis import DIAGNOSES
from melanoscope.errors import UnreadableImage
from melanoscope.record import Record
from melanoscope.report.plots import BLUE, GREEN, GREY, ORANGE, save

_COLOURS = {"train": BLUE, "validation": ORANGE, "test": GREEN, NO_SPLIT: GREY}


def class_balance(summary: Summary, path: Path) -> None:
    """Bars of photographs per class, stacked by split, each with its number."""
    figure = Figure((8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    names = [diagnosis.name for diagnosis in DIAGNOSES]
    left = np.zeros(len(names))
    for number, split in enumerate(summary.splits):
        widths = np.array([count.by_split[number] for count in summary.classes])
        axes.barh(names, widths, left=left, color=_COLOURS[split], label=split)
        left += widths
    for row, count in enumerate(summary.classes):
        axes.annotate(
            f"{count.photographs:,}", (count.photographs, row), (4, 0), textcoords="offset points", va="center"
        )
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.set_xlabel("photographs")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(title="published split", frameon=False)
    save(figure, path)


def contact_sheet(records: Sequence[Record], path: Path) -> None:
    """The first readable photograph of every class, with the class's name and the photograph's id."""
    figure = Figure((9, 9.5), layout="constrained")
    for number, diagnosis in enumerate(DIAGNOSES, 1):
        axes = figure.add_subplot(3, 3, number)
        axes.set_title(diagnosis.name, fontsize=11)
        axes.set_axis_off()
        _show_first(axes, [record for record in records if record.diagnosis == diagnosis])
    save(figure, path)


def _show_first(axes: Axes, records: Sequence[Record]) -> None:
    for record in records:
        pixels = _pixels(record.path)
        if pixels is not None:
            axes.imshow(pixels)
            axes.text(0.5, -0.02, record.image_id, transform=axes.transAxes, ha="center", va="top", fontsize=8)
            return
    axes.text(0.5, 0.5, "no photograph", transform=axes.transAxes, ha="center", va="center", color=GREY)


def _pixels(path: Path) -> NDArray[np.uint8] | None:
    try:
        return decode(path)
    except UnreadableImage:  # the next one will do: the sheet shows what a class looks like
        return None
