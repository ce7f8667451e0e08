"""Two servers on one database: they share the queue, and each tells its listeners what the other did."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

import crashes
import served
import station_alerts
from melanoscope.prediction import Outcome
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.transactions import Store


def events(answer: httpx.Response) -> Iterator[dict[str, str]]:
    """The changes among server-sent events, as a browser takes them apart; signs of life are none."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif not line:
            if fields.get("event") == "change":
                yield fields
            fields = {}


def new_alert(settings: Settings) -> str:
    """The id of a case that a third process makes an alert."""
    store = Store(settings.url)
    case_id = station_alerts.case(store, Outcome.ALERT)
    store.close()
    return case_id


def test_every_photograph_is_scored_once_whichever_server_took_it(settings: Settings, photographs: list[Path]) -> None:
    secret, sent = served.session_of(settings), crashes.Sent(photographs)

    def send(address: str) -> None:
        with served.client(address, secret) as client:
            for number in range(8):
                sent.send(client, f"{address} {number}")

    options = served.database(settings)
    with (
        served.serving(settings.data, 1, *options) as (_, (one,)),
        served.serving(settings.data, 1, *options) as (_, (other,)),
        ThreadPoolExecutor() as pool,
    ):
        list(pool.map(send, (one, other)))
        crashes.finish(settings)
    assert len(sent.acknowledged) == 16
    crashes.check(settings, sent)


def test_what_one_server_did_is_told_to_the_other_ones_listeners_until_it_stops(settings: Settings) -> None:
    secret = served.session_of(settings)
    options = served.database(settings)
    with (
        served.serving(settings.data, 1, *options) as (_, (one,)),
        served.serving(settings.data, 1, *options) as (process, (other,)),
        served.client(one, secret) as doing,
        served.client(other, secret) as listening,
    ):
        case_id = new_alert(settings)
        with listening.stream("GET", "/live/events") as answer:
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            alert = next(event for event in events(answer) if json.loads(event["data"])["alerts"])
        with listening.stream("GET", "/live/events", headers={"Last-Event-ID": alert["id"]}) as answer:
            doing.put(f"/api/v1/cases/{case_id}/acknowledgement").raise_for_status()
            told = events(answer)
            assert json.loads(next(told)["data"])["alerts"] == 0
            process.send_signal(signal.SIGTERM)
            assert list(told) == []
        assert process.wait(30) in (0, -signal.SIGTERM)
