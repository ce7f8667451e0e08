"""What the readers of tables share: rows, cells, labels, and finding the photographs that a table lists."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from melanoscope.data import csv_file
from melanoscope.data.files import photographs
from melanoscope.diagnosis import Label, finest, known, unknown_labels
from melanoscope.errors import InputError
from melanoscope.record import Record, image_id

K = TypeVar("K")

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Row:
    """One row of a CSV table: cells by the column's name, without the space around them."""

    table: Path
    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells[name]

    def cell(self, name: str) -> str | None:
        """None where the table has no such column, or the cell is empty or `unknown`."""
        text = self.cells.get(name, "")
        return None if text.lower() in ("", "unknown") else text

    def age(self, name: str) -> float | None:
        """Years; None where nothing is said. InputError where it is no number."""
        text = self.cell(name)
        try:
            return None if text is None else float(text)
        except ValueError as error:
            raise InputError(f"{self.table}: “{text}” in {name} is no age. Correct or empty the cell.") from error

    def split(self, name: str) -> str | None:
        """One of `SPLITS`, or None where nothing is said. InputError where it is something else."""
        text = self.cell(name)
        if text not in (None, *SPLITS):
            raise InputError(f"{self.table}: “{text}” in {name} is no split. Write one of {', '.join(SPLITS)}.")
        return text

    def label(self, words: Iterable[str]) -> Label | None:
        """From the columns `words`, the coarsest first."""
        return finest(self.cells.get(name, "") for name in words)


def columns(path: Path) -> frozenset[str]:
    """The names in a CSV file's first line; none where there is no such file."""
    return frozenset(name.strip() for name in (csv_file.lines(path) or [[]])[0]) if path.is_file() else frozenset()


def rows(path: Path, needed: Iterable[str], words: Sequence[str] = ()) -> list[Row]:
    """The rows of a CSV file; InputError where it lacks a needed column, or has unknown diagnoses in `words`."""
    return checked(path, _lines(path), needed, words)


def checked(path: Path, lines: list[list[str]], needed: Iterable[str], words: Sequence[str] = ()) -> list[Row]:
    """As `rows`, of lines that are read already."""
    names, *rest = [[text.strip() for text in line] for line in lines or [[]]]
    missing = sorted(set(needed) - set(names))
    if missing:
        raise InputError(f"{path} has no column {', '.join(missing)}. Give the table as its publisher wrote it.")
    blank = dict.fromkeys(names, "")
    table = [Row(path, blank | dict(zip(names, line, strict=False))) for line in rest if line]
    unknown = {text for row in table for name in words if not known(text := row.cells.get(name, ""))}
    if unknown:
        raise unknown_labels(unknown, str(path))
    return table


def place(listed: Iterable[Record], folder: Path, table: Path) -> list[Record]:
    """The photographs below `folder`, each with what a table says of its id; unlisted ones without a label.

    InputError where a listed photograph is not there. Two files of one id, such as `ISIC_0000000(1).jpg`, share a row.
    """
    listed_by_id = by_id(listed, table)
    paths = photographs(folder)
    missing = listed_by_id.keys() - {image_id(path) for path in paths}
    if missing:
        raise absent(sorted(missing), table, folder)
    return [_at(path, listed_by_id.get(image_id(path)), folder) for path in paths]


def by_id(listed: Iterable[Record], table: Path) -> dict[str, Record]:
    """Records by the photograph's id; InputError where a table says two things of one photograph."""
    return _once(listed, lambda record: record.image_id, table)


def by_path(listed: Iterable[Record], table: Path) -> dict[Path, Record]:
    """Records by the photograph's path; InputError where a table says two things of one file."""
    return _once(listed, lambda record: record.path, table)


def _once(listed: Iterable[Record], key: Callable[[Record], K], table: Path) -> dict[K, Record]:
    found: dict[K, Record] = {}
    for record in listed:
        other = found.setdefault(key(record), record)
        if other.label != record.label:
            raise InputError(f"{table} gives {key(record)} two diagnoses. Delete the wrong row.")
    return found


def absent(missing: Sequence[str], table: Path, folder: Path) -> InputError:
    """The error for photographs that a table lists and that are not there."""
    some = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
    return InputError(
        f"{table} lists {len(missing)} photographs that are not in {folder} ({some}). Add them, or delete their rows."
    )


def _at(path: Path, record: Record | None, folder: Path) -> Record:
    return replace(record, path=path) if record else Record(path, image_id(path), collection=folder.absolute().name)


def _lines(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as a CSV table ({error}). Save it as UTF-8 CSV.") from error
