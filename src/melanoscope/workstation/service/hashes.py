"""The perceptual hashes of all photographs, kept in memory: comparing with all of them must not hold up writers."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.workstation.store.keeping import StoredLikeness

TAIL = 1000
"""So many of the latest are read anew each time: their transactions may still be open, or be taken back."""


@dataclass
class _Settled:
    """Those before the tail, in the order of their ids: int64 (n, 2), the id and the hash."""

    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), np.int64))
    lock: Lock = field(default_factory=Lock)


_of_database: WeakKeyDictionary[Any, _Settled] = WeakKeyDictionary()


def known(session: Session) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The ids of photographs, ascending, and their hashes: (n,) each. Some may have been erased since."""
    settled = _of_database.setdefault(session.get_bind(), _Settled())
    with settled.lock:
        rows = np.concatenate([settled.rows, _after(session, settled.rows[-1, 0] if len(settled.rows) else 0)])
        if len(rows) > len(settled.rows) + 2 * TAIL:
            settled.rows = rows[:-TAIL]
    return rows[:, 0], np.ascontiguousarray(rows[:, 1]).view(np.uint64)


def _after(session: Session, photograph_id: int) -> NDArray[np.int64]:
    asked = select(StoredLikeness.photograph_id, StoredLikeness.phash).where(
        StoredLikeness.photograph_id > int(photograph_id), StoredLikeness.phash.is_not(None)
    )
    found = session.execute(asked.order_by(StoredLikeness.photograph_id))
    return np.fromiter(chain.from_iterable(found), np.int64).reshape(-1, 2)
