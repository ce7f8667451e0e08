"""What is queued is done once, whoever is killed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from melanoscope.workstation import queue
from melanoscope.workstation.clock import now
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import JobKind


def fill(store: Store, jobs: int) -> None:
    with store.writing() as session:
        queue.add(session, JobKind.SCORE, range(jobs))


def lease(store: Store) -> queue.Lease | None:
    with store.writing() as session:
        return queue.lease(session, JobKind.SCORE)


def finish(store: Store, mine: queue.Lease) -> bool:
    with store.writing() as session:
        return queue.finish(session, mine)


def pass_time(monkeypatch: pytest.MonkeyPatch, time: timedelta) -> None:
    later = now() + time
    monkeypatch.setattr(queue, "now", lambda: later)


def test_jobs_are_leased_in_order_and_one_at_a_time(store: Store) -> None:
    fill(store, 3)
    leases = [lease(store) for _ in range(4)]
    assert [mine.subject_id if mine else None for mine in leases] == [0, 1, 2, None]


def test_what_is_not_kept_is_not_queued(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as session:
        queue.add(session, JobKind.SCORE, [1])
        raise ZeroDivisionError
    assert lease(store) is None


def test_a_lease_that_nobody_finished_goes_to_another_who_alone_can_finish_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, 1)
    slow = lease(store)
    assert slow and lease(store) is None
    pass_time(monkeypatch, queue.LEASE + timedelta(seconds=1))
    other = lease(store)
    assert other and other.job_id == slow.job_id
    assert not finish(store, slow)
    assert finish(store, other)
    assert not finish(store, other)
    with store.reading() as session:
        assert queue.waiting(session, JobKind.SCORE) == 0


def test_a_job_that_kills_again_and_again_is_said_to(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, 1)
    said = []
    for attempt in range(queue.ATTEMPTS + 1):
        pass_time(monkeypatch, attempt * 2 * queue.LEASE)
        mine = lease(store)
        assert mine
        said.append(mine.exhausted)
    assert said == [False] * queue.ATTEMPTS + [True]


def test_workers_at_once_never_have_the_same_job(store: Store) -> None:
    fill(store, 40)
    done: list[int] = []

    def work() -> None:
        while mine := lease(store):
            if finish(store, mine):
                done.append(mine.subject_id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(40))
