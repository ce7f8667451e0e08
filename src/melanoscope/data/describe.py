"""What a data set holds: counts per class and split, sizes and licences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from melanoscope.console import track
from melanoscope.data.decode import pixel_size
from melanoscope.diagnosis import KEYS
from melanoscope.errors import UnreadableImage
from melanoscope.record import Record

NO_SPLIT = "no split"
_SPLITS = ("train", "validation", "test", NO_SPLIT)


@dataclass(frozen=True)
class ClassCount:
    """How many photographs a class has: in all, and in each of `Summary.splits`, in their order."""

    key: str
    photographs: int
    by_split: tuple[int, ...]


@dataclass(frozen=True)
class Share:
    """How many photographs have one value of something."""

    value: str
    photographs: int


@dataclass(frozen=True)
class Summary:
    """What a data set holds. `classes` has all nine, empty ones too; every tuple of shares is the largest first.

    `sizes` are “width×height” in pixels as the headers say; `unreadable` counts files whose header cannot be read.
    """

    photographs: int
    splits: tuple[str, ...]
    classes: tuple[ClassCount, ...]
    unlabelled: ClassCount
    unreadable: int
    sizes: tuple[Share, ...]
    licences: tuple[Share, ...]
    collections: tuple[Share, ...]

    @property
    def empty(self) -> tuple[str, ...]:
        """The keys of the classes without a photograph."""
        return tuple(count.key for count in self.classes if not count.photographs)


def summarise(records: Sequence[Record]) -> Summary:
    """Count the photographs; reads the headers of the files, nothing more."""
    splits = tuple(split for split in _SPLITS if any(_split(record) == split for record in records))
    cells = Counter((record.diagnosis.key if record.diagnosis else "", _split(record)) for record in records)

    def count(key: str) -> ClassCount:
        by_split = tuple(cells[key, split] for split in splits)
        return ClassCount(key, sum(by_split), by_split)

    sizes = [_size(record.path) for record in track(records, "Reading headers")]
    return Summary(
        photographs=len(records),
        splits=splits,
        classes=tuple(map(count, KEYS)),
        unlabelled=count(""),
        unreadable=sizes.count(None),
        sizes=_shares([size for size in sizes if size]),
        licences=_shares([record.licence or "not said" for record in records]),
        collections=_shares([record.collection or "not said" for record in records]),
    )


def _size(path: Path) -> str | None:
    try:
        width, height = pixel_size(path)
    except UnreadableImage:  # counted, and the audit gives every reason
        return None
    return f"{width}×{height}"


def _split(record: Record) -> str:
    return record.published_split or NO_SPLIT


def _shares(values: Sequence[str]) -> tuple[Share, ...]:
    return tuple(Share(value, n) for value, n in sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
