"""ISIC 2017 (Codella et al., ISBI 2018): `train.csv` for `train/`, `val.csv` for `val/`, `test.csv` for `test/`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from melanoscope.data.readers import table
from melanoscope.diagnosis import Label
from melanoscope.errors import InputError
from melanoscope.record import Record

COLUMNS = frozenset({"image_id", "melanoma", "seborrheic_keratosis"})
_SPLITS = {"train": "train", "val": "validation", "test": "test"}


def fits(folder: Path) -> bool:
    return bool(_parts(folder))


def read(folder: Path) -> list[Record]:
    return [record for part in _parts(folder) for record in _read_part(folder, part)]


def parse(path: Path) -> list[Record]:
    """The rows of one of its tables, without their photographs."""
    return [_record(row) for row in table.rows(path, COLUMNS)]


def _parts(folder: Path) -> list[str]:
    return [part for part in _SPLITS if table.columns(folder / f"{part}.csv") >= COLUMNS]


def _read_part(folder: Path, part: str) -> list[Record]:
    csv = folder / f"{part}.csv"
    listed = [replace(record, published_split=_SPLITS[part]) for record in parse(csv)]
    return table.place(listed, folder / part, csv)


def _record(row: table.Row) -> Record:
    return Record(
        path=Path(row["image_id"]),
        image_id=row["image_id"],
        label=_label(row),
        collection="isic2017",
        age=row.age("age_approximate"),
        sex=row.cell("sex"),
        licence="CC0-1.0",
        attribution="ISIC 2017, Codella et al., ISBI 2018",
    )


def _label(row: table.Row) -> Label:
    """What is neither of the two is a nevus: the challenge had no other class."""
    marked = [name for name in ("melanoma", "seborrheic_keratosis") if row[name] in ("1", "1.0")]
    if len(marked) > 1 or any(row[name] not in ("0", "0.0", "1", "1.0") for name in COLUMNS - {"image_id"}):
        raise InputError(f"{row.table}: the row of {row['image_id']} is not one of 0,0 1,0 and 0,1. Correct it.")
    return Label.of(*marked or ["nevus"])
