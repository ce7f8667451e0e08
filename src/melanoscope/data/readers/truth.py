"""A plain folder with a `truth.csv`: `samples/`, the tests' photographs and a downloaded HAM10000.

Its columns are path and diagnosis, and where known split, lesion_id, collection, licence, attribution.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from melanoscope.data.files import photographs
from melanoscope.data.readers import table
from melanoscope.record import Record, image_id

TABLE = "truth.csv"
COLUMNS = frozenset({"path", "diagnosis"})


def fits(folder: Path) -> bool:
    return (folder / TABLE).is_file()


def read(folder: Path) -> list[Record]:
    """By path, not by id: copies of one photograph may be listed with two diagnoses, for the audit to find."""
    rows = (replace(record, path=folder / record.path) for record in parse(folder / TABLE))
    listed = table.by_path(rows, folder / TABLE)
    paths = photographs(folder)
    missing = sorted(str(path.relative_to(folder)) for path in listed.keys() - set(paths))
    if missing:
        raise table.absent(missing, folder / TABLE, folder)
    return [listed.get(path, Record(path, image_id(path), collection=folder.absolute().name)) for path in paths]


def parse(path: Path) -> list[Record]:
    """The rows of a `truth.csv`, their paths as written."""
    return [_record(row) for row in table.rows(path, COLUMNS, ["diagnosis"])]


def _record(row: table.Row) -> Record:
    path = Path(row["path"])
    return Record(
        path=path,
        image_id=image_id(path),
        label=row.label(["diagnosis"]),
        published_split=row.split("split"),
        lesion_id=row.cell("lesion_id"),
        collection=row.cell("collection"),
        licence=row.cell("licence"),
        attribution=row.cell("attribution"),
    )
