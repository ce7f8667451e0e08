"""A server that is killed again and again while photographs are sent to it and scored."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue

import httpx
from sqlalchemy import func, select, update

import served
from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.clock import now
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.operations import AuditEntry, Job
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import JobKind

SENDERS = 3
LONGEST = 1.5
"""Seconds that a server lives at most after it has begun to listen."""


@dataclass
class Sent:
    """Uploads by their idempotency key: `acknowledged` with the case's id, and `unsure`, whose answer never came."""

    photographs: Sequence[Path]
    acknowledged: dict[str, str] = field(default_factory=dict)
    unsure: SimpleQueue[str] = field(default_factory=SimpleQueue)
    _numbers: count[int] = field(default_factory=count)

    def until_it_breaks(self, address: str, secret: str) -> None:
        """Send one after the other, what is unsure first, until the server is gone."""
        with served.client(address, secret) as client:
            while True:
                key = self._next()
                try:
                    self.send(client, key)
                except httpx.TransportError:
                    self.unsure.put(key)
                    return

    def send(self, client: httpx.Client, key: str) -> None:
        path = self.photographs[zlib.crc32(key.encode()) % len(self.photographs)]
        files = {"photographs": (path.name, path.read_bytes())}
        answer = client.post("/api/v1/cases", files=files, headers={"Idempotency-Key": key})
        assert answer.status_code == 201, answer.text
        self.acknowledged[key] = answer.json()[0]["case"]

    def _next(self) -> str:
        try:
            return self.unsure.get_nowait()
        except Empty:
            return f"upload {next(self._numbers)}"


def marathon(settings: Settings, photographs: Sequence[Path], kills: int, hurry: bool = False) -> Sent:
    """Kill a server `kills` times, each at a random moment; then let one live until everything is scored.

    In a `hurry` nobody waits for the leases of the dead to expire.
    """
    secret, sent, chance = served.session_of(settings), Sent(photographs), random.Random(kills)
    options = served.database(settings)
    for _ in range(kills):
        with served.serving(settings.data, 1, *options) as (process, (address,)), ThreadPoolExecutor() as pool:
            senders = [pool.submit(sent.until_it_breaks, address, secret) for _ in range(SENDERS)]
            time.sleep(chance.uniform(0, LONGEST))
            process.kill()
            for sender in senders:
                sender.result()
    if hurry:
        _expire(settings)
    with served.serving(settings.data, 1, *options) as (_, (address,)), served.client(address, secret) as client:
        while not sent.unsure.empty():
            sent.send(client, sent.unsure.get())
        finish(settings)
    return sent


def check(settings: Settings, sent: Sent) -> None:
    """Every upload is one case, whose photograph was scored once, and the audit log says so."""
    with _opened(settings) as store, store.reading() as session:
        known = session.scalars(select(Case.public_id)).all()
        stored = session.scalars(select(Photograph.sha256)).all()
        each = select(func.count(StoredPrediction.id)).select_from(Photograph).outerjoin(StoredPrediction)
        scored = session.scalars(each.group_by(Photograph.id)).all()
        told = session.scalar(select(func.count()).where(AuditEntry.action == "photograph.score"))
        interrupted = session.scalars(select(StoredPrediction.id).where(StoredPrediction.reason.contains("interrupt")))
        assert sorted(known) == sorted(sent.acknowledged.values())
        assert all(scores == 1 for scores in scored)
        assert len(stored) == len(scored) == told == len(known)
        assert not interrupted.all()
        assert not audit_log.verify(session).fault
    for sha256 in stored:
        assert sha256 and (settings.photographs / sha256[:2] / sha256).is_file()


def _expire(settings: Settings) -> None:
    with _opened(settings) as store, store.writing() as session:
        session.execute(update(Job).values(run_after=now()))


def finish(settings: Settings) -> None:
    """Until the queue is empty; the leases of the dead expire first."""
    until = time.monotonic() + 2 * queue.LEASE.total_seconds() + 60
    with _opened(settings) as store:
        while _waiting(store):
            if time.monotonic() > until:
                raise TimeoutError("some photograph is still being scored")
            time.sleep(0.1)


def _waiting(store: Store) -> int:
    with store.reading() as session:
        return queue.waiting(session, JobKind.SCORE)


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = Store(settings.url)
    try:
        yield store
    finally:
        store.close()
