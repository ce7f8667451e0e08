"""The `clean.csv` that the audit writes: one row per photograph, its resolved label, its group and its split."""

from __future__ import annotations

import os
from pathlib import Path

from melanoscope.data.readers import table
from melanoscope.errors import InputError
from melanoscope.record import Record

COLUMNS = frozenset({"path", "image_id", "diagnosis", "group", "split", "lesion_id", "collection", "source"})


def read(path: Path) -> list[Record]:
    """`path` in a row is absolute, or relative to the table's folder; InputError where a photograph is not there."""
    listed = sorted(parse(path), key=lambda record: record.path)
    if not listed:
        raise InputError(f"{path} lists no photographs. Run the audit again.")
    missing = [str(record.path) for record in listed if not os.path.lexists(record.path)]
    if missing:
        raise table.absent(missing, path, path.parent)
    return listed


def parse(path: Path) -> list[Record]:
    """The rows; InputError where the table is none of the audit's."""
    return [_record(row) for row in table.rows(path, COLUMNS, ["diagnosis"])]


def _record(row: table.Row) -> Record:
    return Record(
        path=row.table.parent / row["path"],
        image_id=row["image_id"],
        label=row.label(["diagnosis"]),
        published_split=row.split("split"),
        lesion_id=row.cell("lesion_id"),
        collection=row.cell("collection"),
        source=row.cell("source"),
        group=row.cell("group"),
    )
