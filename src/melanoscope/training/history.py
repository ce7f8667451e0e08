"""The history of a training: a CSV, and the graph that is redrawn after each epoch."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from melanoscope.atomic import replacing
from melanoscope.report.plots import history_graph
from melanoscope.training.checkpoint import Epoch

CSV, GRAPH = "history.csv", "history.png"


def write(history: Sequence[Epoch], folder: Path) -> None:
    """Write history.csv and history.png, each at once."""
    rows = [asdict(epoch) for epoch in history]
    with replacing(folder / CSV) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    history_graph(rows, folder.name, folder / GRAPH)


def read(folder: Path) -> list[Epoch]:
    """The history that a run folder holds."""
    with (folder / CSV).open(encoding="utf-8") as file:
        return [Epoch(int(row.pop("epoch")), **{k: float(v) for k, v in row.items()}) for row in csv.DictReader(file)]
