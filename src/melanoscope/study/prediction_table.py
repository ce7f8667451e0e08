"""Predictions as a table, CSV or Parquet: ours, and those of any system.

A table of another system needs a column that names the photographs (`image_id`, `isic_id`, `image`, `path` …), and one
for each diagnosis in any data set's words (`MEL`, `NV` …), whose rows sum to 1, or `melanoma` alone. It may have
`malignant`, `diagnosis` (what the system names), `possible` (what it cannot exclude, with ; between), `outcome`,
`truth`, and what is known of the photographs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from melanoscope.atomic import replacing
from melanoscope.data import csv_file
from melanoscope.data.files import shown
from melanoscope.data.readers import metadata, table
from melanoscope.diagnosis import KEYS, Label
from melanoscope.errors import InputError
from melanoscope.evaluation.subgroups import Extra
from melanoscope.extras import evidence
from melanoscope.record import Record
from melanoscope.study.prediction_columns import KNOWN, Columns, truth
from melanoscope.study.predictions import Answer, Predictions

NAME = "predictions.parquet"
SUBGROUP = "subgroup: "
"""Before the name of a column that is an attribute to judge by."""

_ABOUT = b"melanoscope"


def write(predictions: Predictions, path: Path) -> None:
    """The Parquet table that `read` gives back, whole or not at all; InputError where pyarrow is missing."""
    pyarrow, parquet = _pyarrow()
    about = {name: getattr(predictions, name) for name in ("system", "source", "temperature", "stamp")}
    rows = zip(predictions.records, predictions.answers, strict=True)
    full = any(answer.probabilities for answer in predictions.answers)
    made = pyarrow.Table.from_pylist([_row(*row) for row in rows], _schema(pyarrow, KEYS if full else ("melanoma",)))
    for name, values in predictions.extra.items():
        cells = [values.get(record.path) for record in predictions.records]
        made = made.append_column(SUBGROUP + name, pyarrow.array(cells, pyarrow.string()))
    made = made.replace_schema_metadata({_ABOUT: json.dumps(about).encode()})
    with replacing(path) as temporary:
        parquet.write_table(made, temporary)


def read(path: Path) -> Predictions:
    """From a table, or a folder that `evaluate` wrote; InputError where it is none, or says what cannot be."""
    path = path / NAME if path.is_dir() else path
    lines, about = _lines(path)
    rows, column = metadata.named_rows(path, lines)
    classes = Columns(path, list(rows[0].cells))
    records = [replace(metadata.describe(row, row[column]), label=truth(row)) for row in rows]
    _refuse_twice(path, records)
    answers = [classes.answer(row, row[column]) for row in rows]
    _refuse_some(path, records, [answer.outcome is None for answer in answers], "outcome")
    _refuse_some_scored(path, rows, records, answers)
    return Predictions(
        system=about.get("system") or path.stem,
        source=about.get("source") or path.name,
        records=tuple(records),
        answers=tuple(answers),
        extra=_extra(rows, records),
        temperature=about.get("temperature"),
        stamp=about.get("stamp") or "",
        notes=classes.notes,
    )


def _extra(rows: Sequence[table.Row], records: Sequence[Record]) -> Extra:
    both = list(zip(rows, records, strict=True))
    names = [name for name in rows[0].cells if name.startswith(SUBGROUP)]
    return {
        name.removeprefix(SUBGROUP): {record.path: row[name] for row, record in both if row.cell(name)}
        for name in names
    }


def _refuse_twice(path: Path, records: Sequence[Record]) -> None:
    """A photograph is its path, where a table has paths: two folders may hold a photograph of one name."""
    seen: set[Path] = set()
    for record in records:
        if record.path in seen:
            raise InputError(f"{path} has several rows of {record.path}. Keep one row for each photograph.")
        seen.add(record.path)


def _refuse_some(path: Path, records: Sequence[Record], missing: Sequence[bool], what: str) -> None:
    if any(missing) and not all(missing):
        who = records[missing.index(True)].image_id
        raise InputError(
            f"{path} gives no {what} to {sum(missing):,} photographs ({who} …). Give it to all or to none."
        )


def _refuse_some_scored(
    path: Path, rows: Sequence[table.Row], records: Sequence[Record], answers: Sequence[Answer]
) -> None:
    """What is read from the probabilities where a column lacks it is not mixed with what the system says itself."""
    scored = [i for i, answer in enumerate(answers) if answer.scored]
    for column, what in (("diagnosis", "diagnosis"), ("malignant", "probability in malignant")):
        missing = [(rows[i].cell(column) or "nan").lower() == "nan" for i in scored]
        _refuse_some(path, [records[i] for i in scored], missing, what)


def _lines(path: Path) -> tuple[list[list[str]], Mapping[str, Any]]:
    """The table's cells as text, its columns' names first; and what a table of ours says of itself."""
    if not path.is_file():
        raise InputError(f"{path} does not exist. Give predictions: CSV, Parquet, or a folder of `evaluate`.")
    if path.suffix.lower() != ".parquet":
        return csv_file.lines(path), {}
    pyarrow, parquet = _pyarrow()
    try:
        read = parquet.read_table(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{path} cannot be read as a Parquet table ({_first_line(error)}). Write it again.") from error
    about = json.loads((read.schema.metadata or {}).get(_ABOUT, b"{}"))
    return [read.column_names, *_cells(read)], about


def _cells(read: Any) -> Iterator[list[str]]:
    for row in zip(*(column.to_pylist() for column in read.columns), strict=True):
        yield ["" if value is None else str(value) for value in row]


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__


def _row(record: Record, answer: Answer) -> dict[str, Any]:
    probabilities = answer.probabilities or [None] * len(KEYS)
    return {
        "image_id": record.image_id,
        "path": shown(record.path),
        **dict(zip(KEYS, probabilities, strict=True)),
        "melanoma": answer.melanoma if answer.scored else None,
        "malignant": answer.malignant,
        "diagnosis": answer.called,
        "possible": "; ".join(answer.possible) if answer.possible else None,
        "outcome": answer.outcome.value if answer.outcome else None,
        "reason": answer.reason,
        "truth": "|".join(_keys(record.label)) if record.label else None,
        **{name: getattr(record, name) for name in KNOWN},
    }


def _keys(label: Label) -> list[str]:
    """The likeliest first, which is the one that stands for all."""
    return [label.diagnosis.key, *sorted(label.possible - {label.diagnosis.key})]


def _schema(pyarrow: Any, classes: Sequence[str]) -> Any:
    """The columns; the nine classes where the system says them, for a column without numbers would say nothing."""
    text, number = pyarrow.string(), pyarrow.float64()
    numbers = {*classes, "malignant", "age"}
    names = ("image_id", "path", *classes, "malignant", "diagnosis", "possible", "outcome", "reason", "truth", *KNOWN)
    return pyarrow.schema([(name, number if name in numbers else text) for name in names])


def _pyarrow() -> tuple[Any, Any]:
    with evidence("Parquet"):
        import pyarrow
        from pyarrow import parquet
    return pyarrow, parquet
