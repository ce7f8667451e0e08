"""Watched folders: each new photograph becomes a case, once, whatever is killed.

A photograph is new if no watched file had its bytes before: one that is moved or renamed is none, and one that is
written anew is. It is taken once two looks find the file the same. A file that cannot be read may still be on its way:
it has longer, and then becomes a case that says UNREADABLE.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.data.files import photographs as photographs_in
from melanoscope.data.files import shown
from melanoscope.errors import InputError
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import digest
from melanoscope.workstation.photographs import MAX_BYTES, Photographs, Taken, shown_name
from melanoscope.workstation.service import cases
from melanoscope.workstation.service.adding import About, add_case
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.keeping import WatchedFile
from melanoscope.workstation.store.transactions import Store

logger = logging.getLogger(__name__)

INTERVAL = 2.0
"""Seconds between two looks."""

PATIENCE = 60.0
"""Seconds for which a file that cannot be read must not have changed before it is taken as it is."""


@dataclass(frozen=True)
class Stamp:
    """What tells that a file is as it was: its size in bytes, and when it or its permissions changed, in ns."""

    size: int
    changed: int


@dataclass
class Sight:
    """A file as the last look found it, since when it is so, and from when on it may be taken."""

    stamp: Stamp
    since: float
    ready_at: float


class Watch:
    """Looks into `folders` again and again, with all that is below them; `wake` is called for each new case.

    InputError where one of the folders is none.
    """

    def __init__(
        self, folders: Sequence[Path], store: Store, photographs: Photographs, wake: Callable[[], None]
    ) -> None:
        for folder in folders:
            if not folder.is_dir():
                raise InputError(f"--watch {folder}: there is no such folder. Give the one that photographs arrive in.")
        self._folders = folders
        self._store = store
        self._photographs = photographs
        self._wake = wake
        self._taken = _taken_before(store)
        self._sights: dict[Path, Sight] = {}
        self._ready: deque[Path] = deque()
        self._next_look = 0.0
        self._trouble = ""

    def work(self) -> bool:
        """Take one photograph, or look for some; whether there is more to do at once."""
        if self._ready:
            self._take(self._ready.popleft())
        elif time.monotonic() >= self._next_look:
            self._look()
        return bool(self._ready)

    def _look(self) -> None:
        here = time.monotonic()
        found = {path: _stamp(path) for path in self._find()}
        self._sights = {path: self._sight(path, stamp, here) for path, stamp in found.items()}
        self._ready.extend(
            path
            for path, sight in self._sights.items()
            if here >= sight.ready_at and self._taken.get(_key(path)) != sight.stamp
        )
        self._next_look = here + INTERVAL

    def _sight(self, path: Path, stamp: Stamp, here: float) -> Sight:
        former = self._sights.get(path)
        return former if former and former.stamp == stamp else Sight(stamp, here, here + INTERVAL)

    def _find(self) -> list[Path]:
        """What is in the folders; where they cannot be looked into, say so once, and wait for them."""
        try:
            found = [path for folder in self._folders for path in photographs_in(folder)]
        except InputError as error:
            if str(error) != self._trouble:
                logger.warning("a watched folder cannot be looked into; looking again")
            self._trouble = str(error)
            return []
        self._trouble = ""
        return found

    def _take(self, path: Path) -> None:
        sight = self._sights[path]
        taken = _read(path, sight.stamp, self._photographs)
        if taken.unreadable and time.monotonic() < sight.since + PATIENCE:
            sight.ready_at = sight.since + PATIENCE
        elif _stamp(path) == sight.stamp:
            self._keep(path, sight.stamp, taken)

    def _keep(self, path: Path, stamp: Stamp, taken: Taken) -> None:
        with self._store.writing() as session:
            keep(session, _key(path), stamp, taken)
        self._taken[_key(path)] = stamp
        self._wake()


def keep(session: Session, key: str, stamp: Stamp, taken: Taken) -> None:
    """Make a case of what was found, and remember the file in the same transaction; once only."""
    known = session.get(WatchedFile, key)
    if known and known.original_sha256 == taken.original_sha256:
        known.size, known.changed = stamp.size, stamp.changed
        return
    file = known or WatchedFile(path_sha256=key)
    file.case_id = _case(session, taken)
    file.size, file.changed = stamp.size, stamp.changed
    file.original_sha256, file.taken_at = taken.original_sha256, now()
    session.add(file)


def _case(session: Session, taken: Taken) -> int:
    """The case of a watched file with the same bytes, which is told; a new one where there is none."""
    same = select(Case).join(WatchedFile).where(WatchedFile.original_sha256 == taken.original_sha256).limit(1)
    case = session.scalar(same)
    if case is None:
        return cases.find(session, add_case(session, SYSTEM, [taken], About())).id
    audit_log.append(session, SYSTEM, "watch.repeat", f"case:{case.public_id}", {"sha256": taken.original_sha256})
    return case.id


def _taken_before(store: Store) -> dict[str, Stamp]:
    asked = select(WatchedFile.path_sha256, WatchedFile.size, WatchedFile.changed)
    with store.reading() as session:
        return {key: Stamp(size, changed) for key, size, changed in session.execute(asked)}


def _read(path: Path, stamp: Stamp, kept: Photographs) -> Taken:
    """What cannot be read at all is told from other such files by its path and stamp."""
    unread = Taken(shown_name(path.name), digest(f"{_key(path)} {stamp}"), stamp.size)
    if stamp.size > MAX_BYTES:
        return _because(unread, f"larger than {MAX_BYTES // 2**20} MB")
    try:
        content = path.read_bytes()
    except OSError as error:
        return _because(unread, (error.strerror or str(error)).lower())
    if not content:
        return _because(unread, "the file is empty")
    try:
        return kept.take(path.name, content)
    except InputError:
        return Taken(unread.name, hashlib.sha256(content).hexdigest(), len(content), unreadable="not an image")


def _because(unread: Taken, reason: str) -> Taken:
    return Taken(unread.name, unread.original_sha256, unread.size, unreadable=reason)


def _key(path: Path) -> str:
    return digest(shown(os.path.abspath(path)))


def _stamp(path: Path) -> Stamp:
    """Zeros for a broken link and for what has gone, whose reading will say so."""
    try:
        status = path.stat()
    except OSError:
        return Stamp(0, 0)
    return Stamp(status.st_size, max(status.st_mtime_ns, status.st_ctime_ns))
