"""What is wrong with a data set before a network sees it, and what remains of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from melanoscope.data.clean import Belonging, Clean, Excluded, clean, published_split
from melanoscope.data.confounding import Confounding, confounding
from melanoscope.data.duplicates import copies
from melanoscope.data.fingerprint import Fingerprint, fingerprints
from melanoscope.data.groups import Groups
from melanoscope.data.resolve import Contradiction, Reference, agree, contradictions, lesions, patients
from melanoscope.diagnosis import KEYS
from melanoscope.record import Record


@dataclass(frozen=True)
class Together:
    """Files that show one photograph or one lesion; `name` is the lesion's id, or the first photograph's."""

    name: str
    records: tuple[Record, ...]

    @property
    def across_classes(self) -> bool:
        """Whether their published labels cannot all be true."""
        return not agree(record.label for record in self.records if record.label)

    @property
    def across_splits(self) -> bool:
        """Whether they were published in more than one of train, validation and test."""
        return len(set(map(published_split, self.records))) > 1


@dataclass(frozen=True)
class Balance:
    """One of the nine classes: `published` files under its name, and photographs of the clean table per split."""

    key: str
    published: int
    train: int
    validation: int
    test: int

    @property
    def photographs(self) -> int:
        return self.train + self.validation + self.test


@dataclass(frozen=True)
class Audit:
    """All findings; every tuple is in order of paths or names.

    `identical` have the same decoded pixels, `near_identical` do not but show one photograph; `same_id` have one
    ISIC id and show different photographs. `lesions` are those with several photographs. `balance` has all nine
    classes, empty ones too.
    """

    files: int
    unreadable: tuple[Excluded, ...]
    identical: tuple[Together, ...]
    near_identical: tuple[Together, ...]
    same_id: tuple[Together, ...]
    lesions: tuple[Together, ...]
    contradictions: tuple[Contradiction, ...]
    confounding: tuple[Confounding, ...]
    balance: tuple[Balance, ...]
    clean: Clean

    @property
    def groups(self) -> Mapping[Path, str]:
        """The group of every readable file, by its path: copies and lesions have one, also what the table excludes."""
        return self.clean.groups

    @property
    def copies(self) -> tuple[Together, ...]:
        """Every photograph that stands in several files, once: with its near copies where it has some."""
        near = {record.path for group in self.near_identical for record in group.records}
        return (*(group for group in self.identical if group.records[0].path not in near), *self.near_identical)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "files": self.files,
            "unreadable": len(self.unreadable),
            "identical_groups": len(self.identical),
            "identical_across_classes": _count(group.across_classes for group in self.identical),
            "identical_across_splits": _count(group.across_splits for group in self.identical),
            "near_identical_groups": len(self.near_identical),
            "near_identical_across_classes": _count(group.across_classes for group in self.near_identical),
            "near_identical_across_splits": _count(group.across_splits for group in self.near_identical),
            "same_id_different_photographs": len(self.same_id),
            "reference_contradictions": len(self.contradictions),
            "lesions_in_several_photographs": len(self.lesions),
            "lesions_across_splits": _count(lesion.across_splits for lesion in self.lesions),
            "clean_photographs": len(self.clean.rows),
            "excluded_files": len(self.clean.excluded) + len(self.unreadable),
        }


def audit(records: Sequence[Record], references: Sequence[Reference] = ()) -> Audit:
    """Read every photograph, find what is wrong, and make the clean table.

    A reference is held against the labels of the records and overrules them; its ids of lesions and patients count as
    the records' own.
    InputError where scikit-learn is missing.
    """
    unique = _unique(records)
    read = fingerprints([record.path for record in unique])
    pairs = list(zip(unique, read, strict=True))
    readable = [(record, found) for record, found in pairs if isinstance(found, Fingerprint)]
    unreadable = [Excluded(record.path, str(why)) for record, why in pairs if not isinstance(why, Fingerprint)]
    sound = [record for record, _ in readable]
    prints = [found for _, found in readable]
    shown = copies(prints)
    together = belonging(sound, shown, references)
    table = clean(sound, prints, together, references)
    by_path = {record.path: found for record, found in readable}
    return Audit(
        files=len(unique),
        unreadable=tuple(unreadable),
        identical=_together(sound, _equal([found.pixels_sha256 for found in prints])),
        near_identical=_together(sound, [group for group in shown.members() if _differ(prints, group)]),
        same_id=_together(sound, _divided(sound, shown)),
        lesions=_of_lesions(sound, together),
        contradictions=tuple(contradictions(sound, references)),
        confounding=confounding(table.rows, [by_path[row.path] for row in table.rows]),
        balance=_balance(unique, table),
        clean=table,
    )


def _unique(records: Sequence[Record]) -> list[Record]:
    """Each file once, in order of its absolute path; sources may overlap."""
    placed = {os.path.abspath(record.path): record for record in records}
    return [placed[path] for path in sorted(placed)]


def _balance(records: Sequence[Record], table: Clean) -> tuple[Balance, ...]:
    published = Counter(record.diagnosis.key for record in records if record.diagnosis)
    rows = Counter((row.diagnosis.key, row.published_split) for row in table.rows if row.diagnosis)
    return tuple(
        Balance(key, published[key], *(rows[key, split] for split in ("train", "validation", "test"))) for key in KEYS
    )


def belonging(records: Sequence[Record], shown: Groups, references: Sequence[Reference]) -> Belonging:
    """What is one photograph: the copies `shown`, and one ISIC id; what is one group: also a lesion, or a patient."""
    photographs = shown.copy()
    photographs.join_equal(map(isic_id, records))
    found = Belonging(photographs, photographs.copy(), lesions(records, references), patients(records, references))
    found.groups.join_equal(found.lesions)
    found.groups.join_equal(found.patients)
    found.groups.join_equal(record.group for record in records)
    return found


def isic_id(record: Record) -> str | None:
    """The id, where it is the ISIC Archive's; other names, such as `1.jpg`, do not tell photographs apart."""
    return record.image_id if record.image_id.startswith("ISIC_") else None


def _equal(keys: Iterable[str | None]) -> list[list[int]]:
    """The numbers of those with one key, where they are several."""
    found: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        if key is not None:
            found.setdefault(key, []).append(number)
    return [group for group in found.values() if len(group) > 1]


def _differ(prints: Sequence[Fingerprint], group: Sequence[int]) -> bool:
    return len({prints[i].pixels_sha256 for i in group}) > 1


def _divided(records: Sequence[Record], shown: Groups) -> list[list[int]]:
    """The files of one ISIC id that do not show one photograph."""
    return [group for group in _equal(map(isic_id, records)) if len({shown.root(i) for i in group}) > 1]


def _of_lesions(records: Sequence[Record], together: Belonging) -> tuple[Together, ...]:
    several = [group for group in _equal(together.lesions) if len({together.photographs.root(i) for i in group}) > 1]
    named = [(together.lesions[group[0]] or "", group) for group in several]
    return tuple(Together(name, tuple(records[i] for i in group)) for name, group in sorted(named))


def _together(records: Sequence[Record], groups: Iterable[Sequence[int]]) -> tuple[Together, ...]:
    return tuple(Together(records[group[0]].image_id, tuple(records[i] for i in group)) for group in groups)


def _count(findings: Iterable[bool]) -> int:
    return sum(findings)
