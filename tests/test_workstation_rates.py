"""Whoever sends too many requests waits, and nobody else."""

from __future__ import annotations

from pathlib import Path
from threading import BoundedSemaphore

import pytest
from fastapi import HTTPException, Request

import stations
from melanoscope.workstation.security import passwords, rates
from melanoscope.workstation.security.rates import Rate, Rates
from melanoscope.workstation.security.visitor import address_of

SLOW = Rate(at_once=3, per_second=0.5)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    clock = Clock()
    buckets = Rates(clock)
    assert [buckets.take("ada", SLOW) for _ in range(4)] == [0, 0, 0, 2]
    clock.now += 2
    assert [buckets.take("ada", SLOW) for _ in range(2)] == [0, 2]
    clock.now += 1000
    assert [buckets.take("ada", SLOW) for _ in range(4)] == [0, 0, 0, 2], "it does not overflow"


def test_everyone_has_their_own() -> None:
    buckets = Rates(Clock())
    assert [buckets.take(f"account:{number}", SLOW) for number in range(10)] == [0] * 10


def test_buckets_that_are_full_again_are_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_MOST", 10)
    clock = Clock()
    buckets = Rates(clock)
    for number in range(100):
        clock.now += 10
        buckets.take(f"address:{number}", SLOW)
    assert len(buckets._buckets) <= 11


def test_who_sends_too_many_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "STRANGER", SLOW)
    with stations.station(tmp_path) as client:
        answers = [client.get("/login") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[3].headers["retry-after"] == "2"
        stations.log_in(client, "ada")
        assert client.get("/").status_code == 200, "whoever is logged in is counted on their own"


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:dead::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:beef::1", "2001:db8:1:2::/64"),
        ("::1", "::1"),
        ("testclient", "testclient"),
    ],
)
def test_a_machine_with_many_addresses_is_counted_once(host: str, counted: str) -> None:
    assert address_of(Request({"type": "http", "client": (host, 1)})) == counted


def test_who_logs_in_does_not_take_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_in_line", BoundedSemaphore(1))
    with passwords._turn(), pytest.raises(HTTPException, match="429"):
        passwords.matches(None, "guessed")
    assert passwords.matches(None, "guessed") is False
