"""A data set's summary: a table and sentences for the terminal, JSON and plots for a folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from melanoscope.atomic import make_folder, write_text
from melanoscope.data.describe import ClassCount, Share, Summary
from melanoscope.diagnosis import DIAGNOSES
from melanoscope.extras import evidence
from melanoscope.record import Record


def table(summary: Summary) -> Table:
    """The counts, for the terminal."""
    shown = Table(title=f"{summary.photographs:,} photographs", title_justify="left", show_footer=True)
    shown.add_column("diagnosis", "all")
    for number, split in enumerate((*summary.splits, "all")):
        column = [(*count.by_split, count.photographs)[number] for count in (*summary.classes, summary.unlabelled)]
        shown.add_column(split, f"{sum(column):,}", justify="right")
    for diagnosis, count in zip(DIAGNOSES, summary.classes, strict=True):
        shown.add_row(diagnosis.name, *_cells(count), style=None if count.photographs else "bold yellow")
    if summary.unlabelled.photographs:
        shown.add_row("no label", *_cells(summary.unlabelled), style="dim")
    return shown


def sentences(summary: Summary) -> list[str]:
    """What the table does not show, for the terminal."""
    empty = ", ".join(summary.empty)
    return [
        *([f"Empty: {empty}."] if empty else []),
        *([f"Unreadable: {summary.unreadable:,} files (`melanoscope audit` says why)."] if summary.unreadable else []),
        f"Pixels: {_listed(summary.sizes)}.",
        f"Licences: {_listed(summary.licences)}.",
        f"Collections: {_listed(summary.collections)}.",
    ]


def write(summary: Summary, records: Sequence[Record], out: Path) -> None:
    """Write `summary.json`, `class_balance.png` and `contact_sheet.png` into `out`, which is made where it is missing.

    InputError where matplotlib is not installed, or nothing can be written there.
    """
    with evidence("A plot"):
        from melanoscope.report import data_set_plots
    make_folder(out)
    data_set_plots.class_balance(summary, out / "class_balance.png")
    data_set_plots.contact_sheet(records, out / "contact_sheet.png")
    write_text(out / "summary.json", json.dumps(asdict(summary), indent=1) + "\n")


def _cells(count: ClassCount) -> list[str]:
    return [f"{n:,}" for n in (*count.by_split, count.photographs)]


def _listed(shares: Sequence[Share], most: int = 5) -> str:
    shown = [f"{share.value} ({share.photographs:,})" for share in shares[:most]]
    rest = shares[most:]
    return ", ".join([*shown, *([f"{len(rest)} others ({sum(s.photographs for s in rest):,})"] if rest else [])])
