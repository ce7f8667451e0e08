"""An export of the ISIC Archive: `metadata.csv` with `isic_id`, and `diagnosis_1` … `diagnosis_5` or `diagnosis`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from melanoscope.data.readers import table
from melanoscope.record import Record

TABLE = "metadata.csv"
COLUMNS = frozenset({"isic_id"})
WORDS = ("diagnosis", "diagnosis_1", "diagnosis_2", "diagnosis_3", "diagnosis_4", "diagnosis_5")
"""From the coarsest to the finest; exports before 2024 have the first alone."""

_LICENCES = {"uda1": "CC0-1.0"}
"""Of collections whose export has no column for it."""


def fits(folder: Path) -> bool:
    return bool(COLUMNS <= table.columns(folder / TABLE))


def read(folder: Path) -> list[Record]:
    name = folder.absolute().name
    listed = [
        replace(record, collection=name, licence=record.licence or _LICENCES.get(name))
        for record in parse(folder / TABLE)
    ]
    return table.place(listed, folder, folder / TABLE)


def parse(path: Path) -> list[Record]:
    """The rows of a `metadata.csv`, without their photographs."""
    return [_record(row) for row in table.rows(path, COLUMNS, WORDS)]


def _record(row: table.Row) -> Record:
    return Record(
        path=Path(row["isic_id"]),
        image_id=row["isic_id"],
        label=row.label(WORDS),
        lesion_id=row.cell("lesion_id"),
        patient_id=row.cell("patient_id"),
        age=row.age("age_approx"),
        sex=row.cell("sex"),
        site=row.cell("anatom_site_general"),
        confirmed_by=row.cell("diagnosis_confirm_type"),
        licence=row.cell("copyright_license"),
        attribution=row.cell("attribution"),
    )
