"""The worklist's page as a reader uses it: filters, several cases at once, a table, and what changes meanwhile."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

import stations
from melanoscope.prediction import Outcome
from melanoscope.workstation.clock import now
from melanoscope.workstation.feed import Feed
from melanoscope.workstation.security import csrf, logins, sessions
from melanoscope.workstation.service.adding import About
from melanoscope.workstation.store.accounts import LoginSession
from melanoscope.workstation.store.operations import AuditEntry
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role
from melanoscope.workstation.web import live
from station_alerts import case, of, say


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada")
        yield opened


@pytest.fixture
def store(client: TestClient) -> Store:
    return stations.of(client).store


def listed(client: TestClient, address: str = "/") -> list[str]:
    return re.findall(r'data-case="([^"]+)"', client.get(address).text)


def logged(store: Store, action: str) -> list[AuditEntry]:
    with store.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.seq)))


def send(client: TestClient, address: str, **values: Any) -> Any:
    return client.post(address, data={"csrf": stations.token(client, "/"), **values})


def program(client: TestClient, method: str, address: str, /, **body: Any) -> Any:
    token = csrf.token(client.cookies[sessions.COOKIE])
    return client.request(method, f"/api/v1{address}", json=body, headers={csrf.HEADER: token, "If-Match": "*"})


def test_filters_are_kept_in_the_address(client: TestClient, store: Store) -> None:
    alert, routine = case(store, Outcome.ALERT, about=About(site="left arm")), case(store, Outcome.ROUTINE)
    assert listed(client) == [alert, routine]
    assert listed(client, "/?outcome=ROUTINE&show=open&text=&since=2026-01-01") == [routine]
    assert listed(client, "/?site=ARM") == [alert]
    page = client.get("/?site=ARM").text
    assert "/worklist.csv?site=ARM" in page and "/worklist/acknowledge?site=ARM" in page


@pytest.mark.parametrize("wrong", ["outcome=SOON", "show=never", "since=tomorrow"])
def test_a_filter_that_makes_no_sense_is_one_sentence_above_the_list(
    client: TestClient, store: Store, wrong: str
) -> None:
    kept = case(store, Outcome.REVIEW)
    answer = client.get(f"/?{wrong}")
    assert answer.status_code == 422 and 'role="alert"' in answer.text and kept in answer.text


def test_an_empty_list_says_what_to_do(client: TestClient, store: Store) -> None:
    first = client.get("/").text
    assert "There is no case yet." in first and "Add photographs" in first
    assert "Every alert is acknowledged." not in first and "Every case has been decided." not in first
    assert "Show names and search again" in client.get("/?text=nobody").text


def test_patients_are_named_when_asked_and_that_is_logged(client: TestClient, store: Store) -> None:
    case_id = case(store, Outcome.REVIEW, about=About(reference="P-4711"))
    assert "P-4711" not in client.get("/").text and logged(store, "worklist.name") == []
    assert "P-4711" in client.get("/?names=true").text
    assert [entry.detail for entry in logged(store, "worklist.name")] == [{"cases": [case_id]}]


def test_several_alerts_are_acknowledged_at_once_each_logged(client: TestClient, store: Store) -> None:
    alerts = [case(store, Outcome.ALERT) for _ in range(3)]
    review = case(store, Outcome.REVIEW)
    answer = send(client, "/worklist/acknowledge?outcome=ALERT", case=[*alerts, review, "nothing"])
    assert answer.headers["location"] == "/?outcome=ALERT&acknowledged=3&refused=2"
    assert {entry.subject for entry in logged(store, "case.acknowledge")} == {f"case:{each}" for each in alerts}
    assert of(store, review).acknowledged_at is None


def test_a_rows_own_button_acknowledges_that_row_alone(client: TestClient, store: Store) -> None:
    first, second = case(store, Outcome.ALERT), case(store, Outcome.ALERT)
    send(client, "/worklist/acknowledge", case=[first], only=second)
    assert of(store, first).acknowledged_at is None and of(store, second).acknowledged_by_id is not None


def test_an_alert_that_another_bundle_calls_back_says_so(client: TestClient, store: Store) -> None:
    case_id = case(store, Outcome.ALERT, Outcome.ROUTINE)
    assert "alerted by the bundle b; another one says: Routine" in client.get("/").text
    page = client.get(f"/cases/{case_id}").text
    assert re.search(r"raised by the bundle b, \S+; the bundle b, \S+, says: Routine", page)


def test_routine_cases_are_discharged_with_a_signature_each(client: TestClient, store: Store) -> None:
    routine, alert = [case(store, Outcome.ROUTINE) for _ in range(2)], case(store, Outcome.ALERT)
    shown = send(client, "/worklist/discharge", case=[*routine, alert]).text
    assert all(f'name="case" value="{each}">' in shown for each in routine)  # and none is ticked
    assert alert not in shown and "left out" in shown
    unticked = send(client, "/worklist/discharge/sign", shown=routine, signed="true")
    assert unticked.status_code == 422 and "Tick each case" in unticked.text
    refused = send(client, "/worklist/discharge/sign", shown=routine, case=routine[0])
    assert refused.status_code == 422 and logged(store, "case.decide") == []
    assert f'value="{routine[0]}" checked' in refused.text and f'name="case" value="{routine[1]}">' in refused.text
    send(client, "/worklist/discharge/sign", case=[*routine, alert], signed="true")
    assert {entry.subject for entry in logged(store, "case.decide")} == {f"case:{each}" for each in routine}
    assert listed(client) == [alert]


def test_what_has_become_an_alert_meanwhile_is_not_discharged(client: TestClient, store: Store) -> None:
    case_id = case(store, Outcome.ROUTINE)
    say(store, case_id, Outcome.ALERT)
    say(store, case_id, Outcome.ROUTINE)
    answer = send(client, "/worklist/discharge/sign", case=case_id, signed="true")
    assert answer.headers["location"] == "/?refused=1" and listed(client) == [case_id]


def test_the_table_has_every_case_and_no_formula(client: TestClient, store: Store) -> None:
    about = About(site="=HYPERLINK(1)", label="@x", reference="+4711")
    cases = [case(store, Outcome.REVIEW, about=about), case(store, Outcome.ROUTINE)]
    answer = client.get("/worklist.csv?names=true")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["id"] for row in rows] == cases
    assert (rows[0]["site"], rows[0]["label"], rows[0]["reference"]) == ("'=HYPERLINK(1)", "'@x", "'+4711")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert [entry.detail for entry in logged(store, "worklist.export")] == [{"names": True}]
    assert "4711" not in client.get("/worklist.csv").text


def test_the_api_does_the_same(client: TestClient, store: Store) -> None:
    alert, routine = case(store, Outcome.ALERT), case(store, Outcome.ROUTINE)
    assert program(client, "POST", "/acknowledgements", cases=[alert]).json()["cases"] == [alert]
    assert program(client, "POST", "/discharges", cases=[routine]).status_code == 422
    done = program(client, "POST", "/discharges", cases=[routine, alert], signed=True).json()
    assert done["cases"] == [routine] and [each["case"] for each in done["refused"]] == [alert]
    assert client.get("/api/v1/cases.csv?status=open").text.count("\n") == 2


def test_alert_settings_and_webhooks_over_page_and_api(client: TestClient) -> None:
    form = {
        "csrf": stations.token(client, "/alerts"),
        "minutes": "15",
        "smtp_port": "25",
        "recipients": "a@b.org c@d.org",
    }
    assert client.post("/alerts", data=form).status_code == 303
    settings = client.get("/api/v1/alert-settings").json()
    assert (settings["minutes"], settings["recipients"]) == (15, ["a@b.org", "c@d.org"])
    assert program(client, "PUT", "/alert-settings", **settings | {"minutes": 0}).status_code == 422
    made = client.post("/alerts/webhooks", data={"csrf": form["csrf"], "url": "https://example.org/hook"}).text
    assert "whsec_" in made and "whsec_" not in client.get("/alerts").text
    (webhook,) = client.get("/api/v1/webhooks").json()
    assert program(client, "POST", f"/webhooks/{webhook['id']}/test").status_code == 202
    assert client.get("/api/v1/deliveries").json()["deliveries"][0]["event"] == "test"
    assert program(client, "DELETE", f"/webhooks/{webhook['id']}").status_code == 204
    assert client.get("/api/v1/webhooks").json() == []


def test_it_is_said_that_nobody_is_told_where_neither_mail_nor_webhook_is_set_up(client: TestClient) -> None:
    def is_said() -> bool:
        return "nobody is told" in client.get("/alerts").text

    server = {"smtp_host": "mail.example.org", "sender": "alerts@example.org"}
    for mail, expected in (
        ({}, True),
        (server, True),
        (server | {"recipients": ["ward@example.org"]}, False),
        ({"recipients": ["ward@example.org"]}, True),
    ):
        assert program(client, "PUT", "/alert-settings", **mail).status_code == 200
        assert is_said() == expected, mail
    program(client, "POST", "/webhooks", url="https://example.org/hook")
    assert not is_said()


def test_who_only_uploads_sees_neither_list_nor_changes(client: TestClient) -> None:
    stations.log_in(client, "ulf", Role.UPLOADER)
    for address in ("/worklist.csv", "/live/worklist", "/live/events", "/alerts", "/api/v1/webhooks"):
        assert client.get(address).status_code == 403, address


def told(feed: Feed, known: str = "", blind: bool = False, at_most: int = 1) -> list[tuple[str | None, Any]]:
    """What somebody hears who comes now, until nothing new is said."""

    async def listen() -> list[tuple[str | None, Any]]:
        heard = []
        async for event in live.changes(feed, known, blind=blind):
            heard.append((event.id, event.data))
            if len(heard) == at_most:
                break
        return heard

    async def in_time() -> list[tuple[str | None, Any]]:
        try:
            return await asyncio.wait_for(listen(), 0.05)
        except TimeoutError:
            return []

    return asyncio.run(in_time())


def test_changes_of_any_process_are_told_and_looks_are_not(client: TestClient, store: Store) -> None:
    elsewhere = Feed(store)
    case_id = case(store, Outcome.ALERT)
    elsewhere.work()
    ((known, state),) = told(elsewhere)
    assert state == {"alerts": 1, "escalated": 0} and known is not None
    client.get(f"/cases/{case_id}")
    elsewhere.work()
    assert told(elsewhere, known) == []
    send(client, "/worklist/acknowledge", only=case_id)
    elsewhere.work()
    ((later, state),) = told(elsewhere, known)
    assert state == {"alerts": 0, "escalated": 0} and later != known
    assert told(elsewhere, later or "", blind=True) == [] and told(elsewhere, blind=True) == [(later, {})]
    assert not str(later).isdecimal()  # a number would tell how many rows of the log there were: an alert has one more


def test_a_quiet_connection_shows_that_it_lives(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT", 0.0)
    feed = Feed(store)
    assert told(feed, feed.latest.name) == [(None, {})]


def test_those_who_watch_are_let_go_when_the_server_stops(store: Store) -> None:
    feed = Feed(store)
    feed.stop()
    assert told(feed) == []


def test_a_page_that_is_left_open_is_no_use_of_the_session(client: TestClient, store: Store) -> None:
    long_ago = now() - 2 * logins._NOTED
    with store.writing() as session:
        session.execute(update(LoginSession).values(seen_at=long_ago))
    client.get("/live/worklist")
    with store.reading() as session:
        assert session.scalars(select(LoginSession.seen_at)).one() == long_ago
    client.get("/")
    with store.reading() as session:
        assert session.scalars(select(LoginSession.seen_at)).one() > long_ago
