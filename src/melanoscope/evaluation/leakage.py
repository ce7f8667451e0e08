"""Leakage: photographs that a bundle was made with, known again by bytes, id, a near copy, lesion or patient.

A near copy is what the audit takes for one. Of 10,259 photographs of the ISIC Archive that the shipped bundle has not
seen, a fifth has nearly the perceptual hash of one of the 2,818 that it has: round dark lesions on light skin are alike
to 64 bits. With the signs 26 are left, each of them truly a copy or the same lesion again, and all 1,795 copies in
other sizes and JPEG qualities are found (`benchmarks/leakage.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from melanoscope.bundle import Seen, pseudonym
from melanoscope.data.audit import isic_id
from melanoscope.data.duplicates import alike, normalised, similar
from melanoscope.data.fingerprint import Fingerprint, above
from melanoscope.data.phash import SIDE
from melanoscope.evaluation.study import Leak
from melanoscope.record import Record


def leaks(records: Sequence[Record], prints: Sequence[Fingerprint], seen: Sequence[Seen]) -> tuple[Leak | None, ...]:
    """Of each record, how the bundle has seen it; None where it has not. `prints` are the records' fingerprints.

    In this order: the same bytes, the same ISIC id, a near copy in any of the eight orientations, the same lesion, the
    same patient; and then whatever is of one group with one of these.
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
        self._patients = {each.patient: each.image_id for each in seen if each.patient}
        self._hashes = np.array([int(each.phash, 16) for each in seen], dtype=np.uint64)
        self._unsigned = np.array([not each.signs for each in seen], dtype=bool)
        self._signs = np.zeros((len(seen), SIDE * SIDE), dtype=np.float32)
        if not self._unsigned.all():
            self._signs[~self._unsigned] = normalised(np.stack([above(each.signs) for each in seen if each.signs]))

    def leak(self, record: Record, found: Fingerprint) -> Leak | None:
        if found.sha256 in self._bytes:
            return Leak(record.image_id, "the same file", self._bytes[found.sha256])
        if isic_id(record) in self._ids:
            return Leak(record.image_id, "the same ISIC id, in another file", record.image_id)
        near = self._near(found)
        if near:
            return Leak(record.image_id, "a near copy", near)
        if record.lesion_id in self._lesions:
            return Leak(record.image_id, f"of the same lesion, {record.lesion_id}", self._lesions[record.lesion_id])
        patient = pseudonym(record.patient_id)
        if patient in self._patients:
            return Leak(record.image_id, f"of the same patient, {record.patient_id}", self._patients[patient])
        return None

    def _near(self, found: Fingerprint) -> str | None:
        """The id of a seen photograph that this is a near copy of; where its signs are not kept, the hash decides."""
        which, orientations = similar(self._hashes, found)
        near = which[self._unsigned[which] | alike(self._signs[which], found, orientations)]
        return self._names[near[0]] if len(near) else None


def _together(record: Record, leak: Leak | None) -> Leak | None:
    """The leak of a photograph that is itself new, and belongs with one that is not."""
    return leak and Leak(record.image_id, f"of one lesion or patient with {leak.image_id}", leak.seen)
