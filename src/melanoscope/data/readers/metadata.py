"""Any table of what is known of photographs beside their diagnosis: age, sex, site, lesion, patient, skin type.

It says nothing of the truth, which is the data set's own and the audit's to judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from melanoscope.data import csv_file
from melanoscope.data.decode import is_image_name
from melanoscope.data.readers import table
from melanoscope.errors import InputError
from melanoscope.record import Record, image_id

IDS = ("image_id", "isic_id", "image", "image_name", "id", "path", "filename", "file_name", "file")
"""The columns that name a photograph; the first that a table has."""

SKIN = ("fitzpatrick", "fitzpatrick_skin_type", "skin_type", "skin_tone")

_WORDS = {
    "lesion_id": ("lesion_id",),
    "patient_id": ("patient_id",),
    "group": ("group",),
    "collection": ("collection",),
    "source": ("source", "dataset"),
    "sex": ("sex",),
    "site": ("site", "localization", "anatom_site_general"),
    "confirmed_by": ("confirmed_by", "dx_type", "diagnosis_confirm_type"),
}
_AGES = ("age", "age_approx", "age_approximate")


@dataclass(frozen=True)
class Metadata:
    """What a table says of each photograph, by its id: a Record without a label, and the Fitzpatrick skin type."""

    records: Mapping[str, Record]
    skin: Mapping[str, str]

    @classmethod
    def read(cls, csv: Path) -> Metadata:
        """InputError where the table names no photographs, or one of them twice and differently."""
        if not csv.is_file():
            raise InputError(f"{csv} does not exist. Give a CSV table with a column {' or '.join(IDS[:3])}.")
        rows, column = named_rows(csv, csv_file.lines(csv))
        records: dict[str, Record] = {}
        for row in rows:
            known = replace(describe(row, row[column]), path=Path(named(row[column])))
            if records.setdefault(known.image_id, known) != known:
                raise InputError(f"{csv} says two things of {known.image_id}. Delete the wrong row.")
        skin = {named(row[column]): found for row in rows if (found := first(row, SKIN))}
        return cls(records, skin)


def named_rows(path: Path, lines: list[list[str]]) -> tuple[list[table.Row], str]:
    """The rows of a table, and the column that names their photographs; InputError where it has none of either."""
    head = [name.strip() for name in (lines or [[]])[0]]
    if len(head) == 1 and ";" in head[0]:
        raise InputError(f"{path}: semicolons were found between its columns. Save it with commas.")
    rows = table.checked(path, lines, ())
    column = next((name for name in IDS if name in head), None)
    if lines and column is None:
        raise InputError(
            f"{path} has no column {', '.join(IDS[:3])} or path. Give a table with commas and such a column."
        )
    if column is None or not rows:
        raise InputError(f"{path} lists no photographs. Give a table with one row for each.")
    return rows, column


def named(cell: str) -> str:
    """The id of the photograph that a cell names, by its id or its file's name."""
    path = Path(cell)
    found = image_id(path)
    return found if found.startswith("ISIC_") or is_image_name(path) else cell


def describe(row: table.Row, cell: str) -> Record:
    """What a row says of the photograph that `cell` names, in any of the columns' known names."""
    words: dict[str, Any] = {field: first(row, columns) for field, columns in _WORDS.items()}
    age = next((age for name in _AGES if (age := row.age(name)) is not None), None)
    return Record(path=Path(row.cells.get("path") or cell), image_id=named(cell), age=age, **words)


def first(row: table.Row, columns: Sequence[str]) -> str | None:
    """The first of the columns that says something."""
    return next((found for name in columns if (found := row.cell(name))), None)


def complete(record: Record, tables: Sequence[Metadata]) -> Record:
    """The record with what the tables add where it says nothing itself."""
    for each in tables:
        other = each.records.get(record.image_id)
        if other:
            missing = {name: getattr(other, name) for name in (*_WORDS, "age") if getattr(record, name) is None}
            record = replace(record, **missing)
    return record
