"""Removing: bytes to which nothing refers leave the disk; photographs and idempotency keys go when their time is up."""

from __future__ import annotations

import time
from pathlib import Path

from sqlalchemy import exists, select

from melanoscope.workstation import queue
from melanoscope.workstation.photographs import DAY, Photographs
from melanoscope.workstation.service import idempotency, retention
from melanoscope.workstation.store.cases import Photograph
from melanoscope.workstation.store.keeping import Removal
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import JobKind

EVERY = 600.0
"""Seconds between two looks for what has come to its end."""


class Remover:
    """Does all of it, in one thread.

    Once a day it looks for files that never got a row, for a request that failed or a process that was killed.
    """

    def __init__(self, store: Store, photographs: Photographs) -> None:
        self._store = store
        self._photographs = photographs
        self._next_look = self._next_sweep = 0.0
        self._to_sweep: list[Path] = []

    def work(self) -> bool:
        """Remove the oldest file that waits, or erase what is due, or sweep a folder; whether there was anything."""
        return self._remove() or self._expire() or self._sweep()

    def _remove(self) -> bool:
        with self._store.leasing() as session:
            mine = queue.lease(session, JobKind.REMOVE)
        if mine is None:
            return False
        with self._store.reading() as session:
            removal = session.get_one(Removal, mine.subject_id)
            is_used = session.scalar(select(exists().where(Photograph.sha256 == removal.sha256)))
        if not is_used and not self._photographs.forget(removal.sha256):
            return True  # somebody sent the same file lately: it is looked at again when the lease is over
        with self._store.writing() as session:
            if queue.finish(session, mine):
                session.delete(session.get_one(Removal, removal.id))
        return True

    def _expire(self) -> bool:
        if time.monotonic() < self._next_look:
            return False
        with self._store.writing() as session:
            idempotency.forget(session)
            some = retention.expire(session) > 0
        if not some:
            self._next_look = time.monotonic() + EVERY
        return some

    def _sweep(self) -> bool:
        if not self._to_sweep and time.monotonic() >= self._next_sweep:
            self._to_sweep, self._next_sweep = self._photographs.folders(), time.monotonic() + DAY
        if not self._to_sweep:
            return False
        found = self._photographs.stale(self._to_sweep.pop())
        with self._store.reading() as session:
            used = set(session.scalars(select(Photograph.sha256).where(Photograph.sha256.in_(found))))
        for sha256 in found - used:
            self._photographs.forget(sha256)
        return True
