"""A worker works while there is work, waits while there is none, and outlives what fails."""

from __future__ import annotations

import logging
import threading

import pytest

from melanoscope.workstation import worker as room
from melanoscope.workstation.worker import Worker

PATIENCE = 10.0


def test_it_works_until_there_is_no_more_and_again_when_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "INTERVAL", PATIENCE)
    todo, done, idle = [1, 2, 3], threading.Event(), threading.Event()

    def work() -> bool:
        if not todo:
            idle.set()
            return False
        todo.pop()
        if not todo:
            done.set()
        return True

    worker = Worker("test", work)
    worker.start()
    assert done.wait(PATIENCE) and idle.wait(PATIENCE)
    done.clear()
    todo.append(4)
    worker.wake()
    assert done.wait(PATIENCE)
    worker.stop()


def test_what_fails_is_logged_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(room, "INTERVAL", 0.01)
    failures, recovered = [OSError("the database is away"), ValueError("and again")], threading.Event()

    def work() -> bool:
        if failures:
            raise failures.pop(0)
        recovered.set()
        return False

    worker = Worker("test", work)
    with caplog.at_level(logging.ERROR):
        worker.start()
        assert recovered.wait(PATIENCE)
        worker.stop()
    assert [record.message for record in caplog.records] == ["test failed; trying again"] * 2


def test_stopping_waits_for_what_is_under_way() -> None:
    begun, finished = threading.Event(), []

    def work() -> bool:
        begun.set()
        threading.Event().wait(0.1)
        finished.append(True)
        return True

    worker = Worker("test", work)
    worker.start()
    begun.wait(PATIENCE)
    worker.stop()
    assert finished
