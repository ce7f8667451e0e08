"""Error pages: each says what happened and leads on, and that of a fault needs no database."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

import stations
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role


def test_what_is_not_there_is_said_with_a_way_on(tmp_path: Path) -> None:
    with stations.station(tmp_path) as client:
        stations.log_in(client, "ada")
        answer = client.get("/nothing", headers={"Accept-Language": "de"})
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht" in answer.text
    assert 'href="/">Zum Anfang' in answer.text


def test_what_a_role_may_not_do_is_said(tmp_path: Path) -> None:
    with stations.station(tmp_path) as client:
        stations.log_in(client, "dia", Role.UPLOADER)
        answer = client.get("/accounts")
    assert answer.status_code == 403
    assert "This is not yours to do" in answer.text
    assert "yours is uploader" in answer.text
    assert 'href="/add">To the start' in answer.text


@pytest.mark.parametrize(
    ("sender", "before"),
    [
        (f"{stations.HERE}/add?of_lesion=1", "/add?of_lesion=1"),
        ("http://elsewhere.example/add", None),
        (f"{stations.HERE}//elsewhere.example/", None),
    ],
)
def test_it_leads_back_to_a_page_of_ours_alone(tmp_path: Path, sender: str, before: str | None) -> None:
    with stations.station(tmp_path) as client:
        stations.log_in(client, "ada")
        text = client.get("/nothing", headers={"Referer": sender}).text
    assert "elsewhere" not in text
    assert ("Back to the page before" in text) is (before is not None)
    assert before is None or f'href="{before}"' in text


def test_a_stream_of_events_is_not_answered_with_the_login(tmp_path: Path) -> None:
    with stations.station(tmp_path) as client:
        assert client.get("/").headers["location"] == "/login?next=/"
        assert client.get("/", headers={"Accept": "text/event-stream"}).status_code == 401


def test_the_page_of_a_fault_needs_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("the disk has gone"))

    with stations.station(tmp_path) as client:
        stranger = TestClient(client.app, base_url=stations.HERE, raise_server_exceptions=False)
        monkeypatch.setattr(Store, "reading", broken)
        answer = stranger.get("/login")
        monkeypatch.undo()
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "disk" not in answer.text
