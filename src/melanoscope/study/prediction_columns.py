"""The columns of a table of predictions: which diagnoses they stand for, and what a row says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path

from melanoscope.data.readers import metadata, table
from melanoscope.diagnosis import BY_KEY, KEYS, Label, normalise, resolve, unknown_labels
from melanoscope.errors import InputError
from melanoscope.prediction import MALIGNANT, MELANOMA, Outcome
from melanoscope.study.predictions import Answer

TRUTH = ("truth", "ground_truth", "label", "dx")
KNOWN = ("lesion_id", "group", "patient_id", "age", "sex", "site", "collection", "source", "confirmed_by")
"""What a table may say of a photograph, by the names of a Record's fields."""

_NOT_CLASSES = frozenset({"malignant", "diagnosis", "possible", "outcome", "reason", *TRUTH, *metadata.IDS, *KNOWN})
_OFF = 0.02  # what rounding to three digits may take from a sum of nine


@dataclass(frozen=True)
class _Column:
    """A column of probabilities, and the label that its name stands for."""

    name: str
    label: Label

    @property
    def place(self) -> int:
        return KEYS.index(self.label.diagnosis.key)


class Columns:
    """What the columns of a table say of a row's diagnoses."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        found = {name: resolve(name) for name in names if name not in _NOT_CLASSES}
        self._path = path
        self._columns = [_Column(name, label) for name, label in found.items() if label]
        if not any(column.place == MELANOMA for column in self._columns):
            raise InputError(
                f"{path} has no column of melanoma's probabilities, but {', '.join(names)}. Call it melanoma or MEL."
            )
        self._is_full = len(self._columns) > 1
        merged = [column for column in self._columns if len(column.label.possible) > 1]
        self._tells_malignant = self._is_full and not any(map(_is_mixed, merged))
        self.notes = tuple(map(_note, merged))

    def answer(self, row: table.Row, who: str) -> Answer:
        outcome, called, possible = row.cell("outcome"), row.cell("diagnosis"), row.cell("possible")
        probabilities = self._probabilities(row, who)
        melanoma = probabilities[MELANOMA]
        malignant = self._number(row, "malignant", who)
        if isnan(malignant) and self._tells_malignant:
            malignant = sum(probabilities[i] for i in MALIGNANT)
        if called is None and self._is_full and not isnan(melanoma):
            called = KEYS[max(range(len(KEYS)), key=probabilities.__getitem__)]
        return Answer(
            melanoma=melanoma,
            malignant=None if isnan(malignant) else malignant,
            probabilities=tuple(probabilities) if self._is_full and not isnan(melanoma) else None,
            called=_label(row, called).diagnosis.key if called else None,
            outcome=self._outcome(outcome) if outcome else None,
            reason=row.cells.get("reason", ""),
            possible=tuple(_label(row, each).diagnosis.key for each in possible.split(";")) if possible else None,
        )

    def _probabilities(self, row: table.Row, who: str) -> list[float]:
        """Of the nine; only melanoma's where the table has no other; all `nan` where one is."""
        values = [0.0] * len(KEYS)
        for column in self._columns:
            values[column.place] += self._number(row, column.name, who)
        total = sum(values)
        if isnan(total):
            return [nan] * len(KEYS)
        if not self._is_full:
            return values
        if abs(total - 1) > _OFF:
            wrong = f"the probabilities of {who} sum to {total:.3g}, not 1"
            raise InputError(f"{self._path}: {wrong}. Give all of them, or melanoma's alone.")
        return values if abs(total - 1) < 1e-9 else [value / total for value in values]

    def _number(self, row: table.Row, name: str, who: str) -> float:
        text = row.cells.get(name, "")
        try:
            value = float(text or nan)
        except ValueError as error:
            raise InputError(f"{self._path}: “{text}” in {name} of {who} is no number. Correct it.") from error
        if not (isnan(value) or 0 <= value <= 1):
            raise InputError(f"{self._path}: {text} in {name} of {who} is no probability from 0 to 1. Correct it.")
        return value

    def _outcome(self, text: str) -> Outcome:
        try:
            return Outcome(text.upper().replace(" ", "_"))
        except ValueError as error:
            raise InputError(f"{self._path}: “{text}” is no outcome. Write one of {', '.join(Outcome)}.") from error


def _is_mixed(column: _Column) -> bool:
    """Whether a column merges what is malignant and what is not, as AKIEC does."""
    return len({BY_KEY[key].malignant for key in column.label.possible}) > 1


def _note(column: _Column) -> str:
    merged = " or ".join(sorted(BY_KEY[key].name.lower() for key in column.label.possible))
    read_as = column.label.diagnosis.name.lower()
    return f"The system says {column.name} ({merged}), which is read as {read_as}: read its figures of coarser classes."


def _label(row: table.Row, text: str) -> Label:
    """The label that a cell names: one word of a data set, or several keys with | between them."""
    keys = [part for part in text.split("|") if part in KEYS]
    label = Label.of(*keys) if len(keys) > 1 else resolve(text)
    if label is None:
        raise unknown_labels([text], str(row.table))
    return label


def truth(row: table.Row) -> Label | None:
    text = metadata.first(row, TRUTH)
    return None if text is None or normalise(text) == "unk" else _label(row, text)
