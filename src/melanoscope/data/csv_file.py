"""The CSV tables that this package writes and may read back: every file name survives, and no cell is a formula.

Bytes of a file name that are no UTF-8 are written as they are. A text that a table program would take for a formula
has a ' before it, as has one that begins so already; `read` takes it off again. A number is one, below 0 too.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from melanoscope.atomic import replacing
from melanoscope.errors import InputError

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The whole table or nothing; None is an empty cell."""
    with (
        replacing(path) as temporary,
        temporary.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file,
    ):
        file.writelines(map(line, (columns, *rows)))


def read(path: Path) -> list[dict[str, str]]:
    """The rows as they were given to `write`, by column; an empty cell is "". InputError where it is no CSV table."""
    names, *rows = lines(path) or [[]]
    return [dict.fromkeys(names, "") | dict(zip(names, row, strict=False)) for row in rows if row]


def lines(path: Path) -> list[list[str]]:
    """As `read`, in the order of the columns, whose names are the first line; none where the file is empty."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            return [[_plain(cell) for cell in line] for line in csv.reader(file)]
    except (OSError, csv.Error) as error:
        raise InputError(f"{path} cannot be read as a CSV table ({error}). Save it as UTF-8 CSV.") from error


def line(row: Sequence[object]) -> str:
    """One line of a table, with its end; None is an empty cell.

    Not by csv.writer: before Python 3.13 it leaves a carriage return without quotes, which ends the row.
    """
    return ",".join("" if cell is None else _quoted(_guarded(cell)) for cell in row) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[",\r\n]', cell) else cell


def _guarded(cell: object) -> str:
    return f"'{cell}" if not isinstance(cell, int | float) and _FORMULA.match(str(cell)) else str(cell)


def _plain(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
