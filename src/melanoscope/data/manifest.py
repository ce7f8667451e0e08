"""Manifests: which photographs of the ISIC Archive make up a published data set, and where they lie in it."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from melanoscope.record import Record

NAMES = ("ham10000", "isic9")
_COLUMNS = ("path", "image_id", "diagnosis", "split", "lesion_id", "phash")


@dataclass(frozen=True)
class Entry:
    """One photograph of a data set, as published: `path` within it, the class's key, the split.

    `phash` is the perceptual hash (`data.phash`) of a copy. The same `image_id` may stand at several paths.
    """

    path: str
    image_id: str
    diagnosis: str
    split: str
    lesion_id: str
    phash: int


def load(name: str) -> list[Entry]:
    """The manifest of one of `NAMES`, from the package."""
    packed = (files("melanoscope.data") / "manifests" / f"{name}.csv.gz").read_bytes()
    table = csv.DictReader(io.StringIO(gzip.decompress(packed).decode("utf-8"), newline=""))
    return [Entry(phash=int(row.pop("phash"), 16), **row) for row in table]


def save(entries: Iterable[Entry], path: Path) -> None:
    """Write a manifest; the same entries give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry in entries:
        row = (entry.path, entry.image_id, entry.diagnosis, entry.split, entry.lesion_id, f"{entry.phash:016x}")
        writer.writerow(row)
    path.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), mtime=0))


def entry(record: Record, folder: Path, phash: int) -> Entry:
    """A labelled record of the data set in `folder` as a line of its manifest."""
    assert record.diagnosis is not None
    path = record.path.relative_to(folder).as_posix()
    return Entry(
        path, record.image_id, record.diagnosis.key, record.published_split or "", record.lesion_id or "", phash
    )
