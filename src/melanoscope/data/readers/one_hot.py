"""A challenge's ground truth, one column per class and a 1 in one of them: ISIC 2018 (task 3) and ISIC 2019."""

from __future__ import annotations

from pathlib import Path

from melanoscope.data.readers import table
from melanoscope.diagnosis import finest, resolve
from melanoscope.errors import InputError
from melanoscope.record import Record

COLUMNS = frozenset({"image", "MEL", "NV", "BCC", "BKL", "DF", "VASC"})


def fits(folder: Path) -> bool:
    return bool(_tables(folder))


def read(folder: Path) -> list[Record]:
    tables = _tables(folder)
    if len(tables) > 1:
        raise InputError(f"{folder} holds several ground truths ({', '.join(path.name for path in tables)}). Keep one.")
    return table.place(parse(tables[0]), folder, tables[0])


def parse(path: Path) -> list[Record]:
    """The rows of a ground truth, without their photographs; `UNK` is no label."""
    return [_record(row) for row in table.rows(path, COLUMNS)]


def _tables(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.csv")) if table.columns(path) >= COLUMNS]


def _record(row: table.Row) -> Record:
    marked = [name for name in row.cells if (resolve(name) or name == "UNK") and row[name] in ("1", "1.0")]
    if len(marked) != 1:
        raise InputError(f"{row.table}: the row of {row['image']} marks {len(marked)} classes, not one. Correct it.")
    return Record(Path(row["image"]), row["image"], finest(marked), collection=row.table.absolute().parent.name)
