"""The samples that come with the project: nothing is ever trained on them, so that they may be shown to it."""

from __future__ import annotations

import base64
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.data.duplicates import alike, normalised, similar
from melanoscope.data.fingerprint import Fingerprint, fingerprint, fingerprints
from melanoscope.data.phash import SIDE
from melanoscope.record import Record, image_id

TABLE = Path(str(files("melanoscope.data") / "reserved.csv"))
COLUMNS = ("image_id", "sha256", "phash", "detail")


@dataclass(frozen=True)
class Reserved:
    """The samples by id and SHA-256, their perceptual hashes, uint64 (n,), and their normalised signs, (n, 1024)."""

    ids: frozenset[str]
    sha256s: frozenset[str]
    hashes: NDArray[np.uint64]
    signs: NDArray[np.float32]


def row(path: Path) -> tuple[str, str, str, str]:
    """A photograph's row of the table, in the order of `COLUMNS`; the detail in base 64."""
    found = fingerprint(path)
    return image_id(path), found.sha256, f"{found.phash:016x}", base64.b64encode(found.detail.tobytes()).decode("ascii")


def load() -> Reserved:
    """The samples of this version of the package."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    details = b"".join(base64.b64decode(each["detail"]) for each in rows)
    return Reserved(
        ids=frozenset(each["image_id"] for each in rows),
        sha256s=frozenset(each["sha256"] for each in rows),
        hashes=np.array([int(each["phash"], 16) for each in rows], dtype=np.uint64),
        signs=normalised(np.frombuffer(details, dtype=np.int8).reshape(-1, SIDE, SIDE) > 0),
    )


def without_reserved(records: Sequence[Record]) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """The records that may be trained on, and those that may not: the samples, and all that is of one group with one.

    A sample is known by its id, its bytes, or as a near copy, mirrored and rotated too. Reads every photograph.
    """
    samples = load()
    prints = fingerprints([record.path for record in records])
    own = [record for record, found in zip(records, prints, strict=True) if _is_sample(record, found, samples)]
    paths = {record.path for record in own}
    groups = {record.group for record in own if record.group}
    dropped = [record.path in paths or record.group in groups for record in records]
    return (
        tuple(record for record, drop in zip(records, dropped, strict=True) if not drop),
        tuple(record for record, drop in zip(records, dropped, strict=True) if drop),
    )


def _is_sample(record: Record, found: Fingerprint | Exception, samples: Reserved) -> bool:
    if record.image_id in samples.ids:
        return True
    return isinstance(found, Fingerprint) and (found.sha256 in samples.sha256s or _is_copy(found, samples))


def _is_copy(found: Fingerprint, samples: Reserved) -> bool:
    which, orientations = similar(samples.hashes, found)
    return bool(alike(samples.signs[which], found, orientations).any())
