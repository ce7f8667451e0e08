"""Leakage: photographs that a bundle was made with, known again by their bytes, their id, a near copy or their lesion.

A bundle keeps 64 bits of what a photograph looks like, and not the details that the audit also compares. The audit's
limit of 8 bits, without them, would take a fifth of the ISIC Archive's other photographs for copies of 2,818: round
dark lesions on light skin are alike to so few bits. So the limit is `NEAR` here: 2.4 % of others are refused with the
copies, and of the copies in other sizes and JPEG qualities 99.8 % are found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import Seen
from melanoscope.data.audit import isic_id
from melanoscope.data.fingerprint import Fingerprint
from melanoscope.evaluation.results import Leak
from melanoscope.record import Record

NEAR = 4
"""Differing bits of two perceptual hashes, of 64, at most: a near copy."""


def leaks(records: Sequence[Record], prints: Sequence[Fingerprint], seen: Sequence[Seen]) -> tuple[Leak | None, ...]:
    """Of each record, how the bundle has seen it; None where it has not. `prints` are the records' fingerprints.

    In this order: the same bytes, the same ISIC id, a near copy in any of the eight orientations, the same lesion; and
    then whatever is of one group with one of these.
    """
    known = _Known(seen)
    own = [known.leak(record, found) for record, found in zip(records, prints, strict=True)]
    by_group: dict[str | None, Leak] = {
        record.group: leak for record, leak in zip(records, own, strict=True) if record.group and leak
    }
    return tuple(
        leak or _together(record, by_group.get(record.group)) for record, leak in zip(records, own, strict=True)
    )


class _Known:
    """What a bundle has seen, by each of the ways in which it is known again; the values are their ids."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self._names = [each.image_id for each in seen]
        self._ids = frozenset(self._names)
        self._bytes = {each.sha256: each.image_id for each in seen}
        self._lesions = {each.lesion_id: each.image_id for each in seen if each.lesion_id}
        self._hashes = np.array([int(each.phash, 16) for each in seen], dtype=np.uint64)

    def leak(self, record: Record, found: Fingerprint) -> Leak | None:
        if found.sha256 in self._bytes:
            return Leak(record.image_id, "the same file", self._bytes[found.sha256])
        if isic_id(record) in self._ids:
            return Leak(record.image_id, "the same photograph by its id", record.image_id)
        near = self._nearest(found.hashes)
        if near:
            return Leak(record.image_id, "a near copy", near)
        if record.lesion_id in self._lesions:
            return Leak(record.image_id, f"of the same lesion, {record.lesion_id}", self._lesions[record.lesion_id])
        return None

    def _nearest(self, hashes: NDArray[np.uint64]) -> str | None:
        """The id of the nearest seen photograph, in any orientation (8,), where it is near enough for a copy."""
        if not self._names:
            return None
        distances = np.bitwise_count(self._hashes[:, None] ^ hashes).min(axis=1)
        nearest = int(distances.argmin())
        return self._names[nearest] if distances[nearest] <= NEAR else None


def _together(record: Record, leak: Leak | None) -> Leak | None:
    """The leak of a photograph that is itself new, and belongs with one that is not."""
    return leak and Leak(record.image_id, f"of one lesion or patient with {leak.image_id}", leak.seen)
