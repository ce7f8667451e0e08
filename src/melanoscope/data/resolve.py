"""What is true of a photograph, where its folder, its copies and reference tables speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TypeVar

from melanoscope.data.groups import Groups
from melanoscope.data.readers.reference import read_table
from melanoscope.diagnosis import Label
from melanoscope.record import Record

T = TypeVar("T")


@dataclass(frozen=True)
class Reference:
    """A table that is trusted more than a folder's name: what it says of each photograph, by its id."""

    name: str
    records: Mapping[str, Record]

    @classmethod
    def read(cls, csv: Path) -> Reference:
        """Any table that a reader knows; InputError where it is none."""
        return cls(f"{csv.absolute().parent.name}/{csv.name}", read_table(csv))


@dataclass(frozen=True)
class Unresolved:
    """Why a photograph has no label that can be believed."""

    reason: str


@dataclass(frozen=True)
class Contradiction:
    """A file whose published label is not what a reference says of its photograph."""

    record: Record
    label: Label
    reference: str


def agree(labels: Iterable[Label]) -> bool:
    """Whether every two can be true of one lesion."""
    return all(a.agrees(b) for a, b in combinations(set(labels), 2))


def resolve(copies: Sequence[Record], references: Sequence[Reference]) -> Label | Unresolved:
    """One label for the files that show one photograph: the references over the folders, and the finest that agrees."""
    published = {record.label for record in copies if record.label}
    trusted = {label for record in copies for _, label in _labels(record, references)}
    if not trusted:
        return _finest(published, "its copies are labelled") if published else Unresolved("it has no diagnosis")
    label = _finest(trusted, "the references say")
    if isinstance(label, Unresolved):
        return label
    return _finest(
        {label, *filter(label.agrees, published)}, "its copies, as far as the reference allows, are labelled"
    )


def contradictions(records: Iterable[Record], references: Sequence[Reference]) -> list[Contradiction]:
    """The files whose label a reference contradicts, each with the first that does."""
    return [found for record in records if (found := _contradiction(record, references))]


def complete(record: Record, references: Sequence[Reference]) -> Record:
    """The record with what the references add where it says nothing: source, age, sex, site, proof and licence."""
    known = _known(record, references)
    names = [table.name.split("/")[0] for table in references if record.image_id in table.records]
    sources = [each.source for each in known] + [each.collection for each in known[1:]] + names
    return replace(
        record,
        source=_first(source for source in sources if source != record.collection),
        age=_first(each.age for each in known),
        sex=_first(each.sex for each in known),
        site=_first(each.site for each in known),
        confirmed_by=_first(each.confirmed_by for each in known),
        licence=_first(each.licence for each in known),
    )


def lesions(records: Sequence[Record], references: Sequence[Reference]) -> list[str | None]:
    """Each record's lesion: the first, in the alphabet, of the ids that the tables give it; None where none does.

    Tables name one lesion differently. Ids that stand together on one photograph are one lesion.
    """
    return _one_name([[known.lesion_id for known in _known(record, references)] for record in records])


def patients(records: Sequence[Record], references: Sequence[Reference]) -> list[str | None]:
    """Each record's patient, as its lesion."""
    return _one_name([[known.patient_id for known in _known(record, references)] for record in records])


def _one_name(said: Iterable[Sequence[str | None]]) -> list[str | None]:
    ids = [list(filter(None, each)) for each in said]
    numbers = {name: number for number, name in enumerate(sorted(set().union(*ids)))}
    same = Groups(len(numbers))
    for first, *others in filter(None, ids):
        for other in others:
            same.join(numbers[first], numbers[other])
    names = list(numbers)
    return [names[same.root(numbers[found[0]])] if found else None for found in ids]


def _labels(record: Record, references: Sequence[Reference]) -> Iterator[tuple[str, Label]]:
    for reference in references:
        known = reference.records.get(record.image_id)
        if known and known.label:
            yield reference.name, known.label


def _finest(labels: set[Label], who: str) -> Label | Unresolved:
    ordered = sorted(labels, key=lambda label: (len(label.possible), sorted(label.possible)))
    if agree(ordered):
        return ordered[0]
    return Unresolved(f"{who} {' and '.join(sorted({label.diagnosis.name.lower() for label in ordered}))}")


def _contradiction(record: Record, references: Sequence[Reference]) -> Contradiction | None:
    for name, label in _labels(record, references):
        if record.label and not label.agrees(record.label):
            return Contradiction(record, label, name)
    return None


def _known(record: Record, references: Sequence[Reference]) -> list[Record]:
    """The record, and what each of the references that know its photograph says of it."""
    return [record, *(table.records[record.image_id] for table in references if record.image_id in table.records)]


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
