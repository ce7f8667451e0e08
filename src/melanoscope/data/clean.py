"""The clean table: one row per photograph, its resolved label, group and split; and what was left out, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from melanoscope.data.fingerprint import Fingerprint
from melanoscope.data.groups import Groups, distinct
from melanoscope.data.resolve import Reference, Unresolved, complete, resolve
from melanoscope.record import Record

_SPLITS = ("train", "validation", "test")
"""From the weakest to the strongest: a group stays where its strongest photograph was published."""


@dataclass(frozen=True)
class Excluded:
    """A file that is not in the clean table. `kept` is the copy that is, where there is one."""

    path: Path
    reason: str
    kept: Path | None = None


@dataclass(frozen=True)
class Clean:
    """Every readable file is a row or excluded, both in order of their paths; `groups` has the group of each."""

    rows: tuple[Record, ...]
    excluded: tuple[Excluded, ...]
    groups: Mapping[Path, str]


@dataclass(frozen=True)
class Belonging:
    """Who belongs together, by the number of the record: the copies of one photograph; all that must not be divided.

    `lesions` and `patients` have each record's, None where it is not known.
    """

    photographs: Groups
    groups: Groups
    lesions: Sequence[str | None]
    patients: Sequence[str | None]


def published_split(record: Record) -> str:
    """Where its publisher put it; what no one set apart is for training."""
    return record.published_split or "train"


def clean(
    records: Sequence[Record],
    fingerprints: Sequence[Fingerprint],
    belonging: Belonging,
    references: Sequence[Reference],
) -> Clean:
    """One row per photograph with a label that can be believed.

    A published test photograph stays in the test, with all its copies and its lesion's other photographs of the test;
    those that were published for training leave. Of several copies the one with the most pixels is kept.
    """
    splits = _strongest(records, belonging.groups)
    names = _names(records, belonging)
    rows: list[Record] = []
    excluded: list[Excluded] = []
    for copies in belonging.photographs.members():
        root = belonging.groups.root(copies[0])
        label = resolve([records[i] for i in copies], references)
        staying = [i for i in copies if published_split(records[i]) == splits[root]]
        if isinstance(label, Unresolved) or not staying:
            reason = label.reason if isinstance(label, Unresolved) else _divided(splits[root])
            excluded += [Excluded(records[i].path, reason) for i in copies]
            continue
        kept = min(staying, key=lambda i: (-fingerprints[i].pixels, records[i].path))
        lesion, patient = (_first(ids, (kept, *copies)) for ids in (belonging.lesions, belonging.patients))
        resolved = replace(complete(records[kept], references), label=label, published_split=splits[root])
        rows.append(replace(resolved, lesion_id=lesion, patient_id=patient, group=names[root]))
        excluded += [_copy(records[i], records[kept]) for i in copies if i != kept]
    groups = {record.path: names[belonging.groups.root(i)] for i, record in enumerate(records)}
    return Clean(tuple(sorted(rows, key=_path)), tuple(sorted(excluded, key=_path)), groups)


def _first(ids: Sequence[str | None], copies: Iterable[int]) -> str | None:
    """What is known of the first of the copies of which something is."""
    return next((ids[i] for i in copies if ids[i]), None)


def _path(file: Record | Excluded) -> Path:
    return file.path


def _divided(split: str) -> str:
    return f"its lesion, or its patient, stands in the published {split}"


def _copy(record: Record, kept: Record) -> Excluded:
    same = published_split(record) == published_split(kept)
    return Excluded(
        record.path, "a copy" if same else f"a copy stands in the published {published_split(kept)}", kept.path
    )


def _strongest(records: Sequence[Record], groups: Groups) -> dict[int, str]:
    """The split of each group, by its root."""
    found: dict[int, str] = {}
    for i, record in enumerate(records):
        both = (published_split(record), found.get(groups.root(i), _SPLITS[0]))
        found[groups.root(i)] = max(both, key=_SPLITS.index)
    return found


def _names(records: Sequence[Record], belonging: Belonging) -> dict[int, str]:
    """A readable name of each group, by its root: its first lesion, else its first photograph; no two alike."""
    groups = belonging.groups.members()
    known = ([lesion for i in members if (lesion := belonging.lesions[i])] for members in groups)
    names = [min(some or [records[i].image_id for i in members]) for some, members in zip(known, groups, strict=True)]
    return {members[0]: name for members, name in zip(groups, distinct(names), strict=True)}
