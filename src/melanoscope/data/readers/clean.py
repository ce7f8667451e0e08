"""The `clean.csv` that the audit writes: one row per photograph, its resolved label, its group and its split."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from melanoscope.data import csv_file
from melanoscope.data.readers import table
from melanoscope.errors import InputError
from melanoscope.record import Record

_NEEDED = ("path", "image_id", "diagnosis", "group", "split", "lesion_id", "collection", "source")
_MORE = ("age", "sex", "site", "licence", "attribution", "patient_id", "confirmed_by")
"""Of no weight for training: a table that was made by hand may lack them."""

COLUMNS = frozenset(_NEEDED)
WRITTEN = (*_NEEDED, *_MORE)


def write(path: Path, rows: Iterable[Record]) -> None:
    """The table that `read` gives back, whole or not at all; its paths are absolute."""
    csv_file.write(path, WRITTEN, map(_cells, rows))


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
    return [_record(row) for row in table.checked(path, csv_file.lines(path), COLUMNS, ["diagnosis"])]


def _record(row: table.Row) -> Record:
    return Record(
        path=row.table.parent / row["path"],
        image_id=row["image_id"],
        label=row.label(["diagnosis"]),
        published_split=row.split("split"),
        lesion_id=row.cell("lesion_id"),
        collection=row.cell("collection"),
        source=row.cell("source"),
        age=row.age("age"),
        sex=row.cell("sex"),
        site=row.cell("site"),
        licence=row.cell("licence"),
        attribution=row.cell("attribution"),
        patient_id=row.cell("patient_id"),
        confirmed_by=row.cell("confirmed_by"),
        group=row["group"] or None,  # also “unknown”, after a photograph of that name
    )


def _cells(record: Record) -> tuple[object, ...]:
    diagnosis = record.diagnosis.key if record.diagnosis else None
    named = (getattr(record, name) for name in WRITTEN[5:])
    return record.path.absolute(), record.image_id, diagnosis, record.group, record.published_split, *named
