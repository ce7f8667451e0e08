"""From photographs to lesions and patients: one row for each, for which its most urgent photograph speaks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from melanoscope.diagnosis import Label
from melanoscope.errors import InputError
from melanoscope.evaluation.cases import Cases
from melanoscope.record import Record

LEVELS = ("photograph", "lesion", "patient")


def at_level(cases: Cases, level: str) -> Cases:
    """One row for each photograph, lesion or patient, in the order in which they first occur.

    The most urgent photograph speaks for the others, with all that was said of it: the most urgent outcome, then the
    highest melanoma score; one without a score only where all are. The truth is the gravest that is said of any of
    them: melanoma, then malignant, then a label that leaves malignancy open. A photograph without an id of the level
    stands for itself. InputError where no photograph has one.
    """
    if level == "photograph":
        return cases
    if level not in LEVELS:
        raise InputError(f"unknown level {level}; choose {', '.join(LEVELS)}.")
    units = _units(cases.records, level)
    if all(_unit(record, level) is None for record in cases.records):
        raise InputError(
            f"{cases.source}: no photograph has a {level}_id, so nothing can be said by {level}; "
            f"give its metadata with a column {level}_id, or choose --level photograph."
        )
    speakers = [min(rows, key=lambda row: _silence(cases, row)) for rows in units]
    truths = [min(rows, key=lambda row: _mildness(cases, row)) for rows in units]
    spoken = cases.take(np.array(speakers, dtype=np.int64))
    labels = [_label(cases, truth, speaker) for truth, speaker in zip(truths, speakers, strict=True)]
    records = tuple(replace(record, label=label) for record, label in zip(spoken.records, labels, strict=True))
    return replace(spoken, records=records)


def said_of(cases: Cases, level: str) -> tuple[str, ...]:
    """What a reader must know of the rows that `at_level` makes: those without an id, and those with two truths."""
    if level == "photograph":
        return ()
    alone = sum(_unit(record, level) is None for record in cases.records)
    mixed = sum(
        len({(cases.is_melanoma[row], cases.malignancy[row]) for row in rows}) > 1
        for rows in _units(cases.records, level)
    )
    notes = []
    if alone:
        notes.append(f"{alone:,} of {len(cases):,} photographs have no {level}_id; each stands for itself.")
    if mixed:
        notes.append(f"{mixed:,} {level}s have photographs of different truths; the gravest is taken.")
    return tuple(notes)


def _unit(record: Record, level: str) -> str | None:
    return (record.lesion_id if level == "lesion" else record.patient_id) or None


def _units(records: tuple[Record, ...], level: str) -> list[list[int]]:
    """The rows of each lesion or patient."""
    units: dict[str | int, list[int]] = defaultdict(list)
    for row, record in enumerate(records):
        units[_unit(record, level) or row].append(row)
    return list(units.values())


def _silence(cases: Cases, row: int) -> tuple[bool, int, float]:
    """Least for the photograph that speaks."""
    score = float(cases.melanoma[row])
    urgency = cases.outcomes[row].urgency if cases.outcomes else 0
    return score != score, urgency, -score


def _mildness(cases: Cases, row: int) -> tuple[bool, int]:
    """Least for the gravest truth: melanoma, malignant, open, benign."""
    return not cases.is_melanoma[row], {1: 0, -1: 1, 0: 2}[int(cases.malignancy[row])]


def _label(cases: Cases, truth: int, speaker: int) -> Label | None:
    """The speaker's own label where it is as grave."""
    same = _mildness(cases, truth) == _mildness(cases, speaker)
    return cases.records[speaker if same else truth].label
