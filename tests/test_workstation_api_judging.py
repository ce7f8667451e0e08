"""Judging over the API: nothing is decided unseen, and nothing twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.clock import now
from melanoscope.workstation.security import csrf, logins, roles
from melanoscope.workstation.store.words import Role
from station_programs import add, program
from station_readers import said_by_another


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with program(tmp_path) as opened:
        yield opened


@pytest.fixture
def case(client: TestClient, melanoma: Path) -> str:
    return add(client, melanoma)


def decide(client: TestClient, case: str, seen: str | None, key: str | None = None, **judgement: object) -> Any:
    headers = {"If-Match": seen, "Idempotency-Key": key}
    return client.post(
        f"{case}/decisions",
        json={"kind": "refer"} | judgement,
        headers={name: value for name, value in headers.items() if value},
    )


def tag(client: TestClient, case: str) -> str:
    return client.get(case).headers["ETag"]


def test_an_alert_is_acknowledged_once(client: TestClient, case: str) -> None:
    first, again = (client.put(f"{case}/acknowledgement").json() for _ in range(2))
    assert first["acknowledged_by"] == "ada"
    assert first["acknowledged_at"] == again["acknowledged_at"]


def test_a_case_is_scored_again_once_another_bundle_speaks(client: TestClient, case: str) -> None:
    assert client.post(f"{case}/rescoring").status_code == 409
    said_by_another(stations.of(client).store, case.rsplit("/", 1)[-1])
    assert client.post(f"{case}/rescoring").status_code == 202
    while not (photograph := client.get(case).json()["photographs"][0])["former"]:
        time.sleep(0.05)
    assert photograph["prediction"]["bundle"]["name"] == stations.SHIPPED
    assert [each["bundle"]["name"] for each in photograph["former"]] == ["former"]
    assert client.post(f"{case}/rescoring").status_code == 409


def test_an_administrator_lets_a_case_be_read_blind_and_seen_again(client: TestClient, case: str) -> None:
    blind = client.put(f"{case}/blinding", json={"blind": True}).json()
    assert (blind["blinded"], blind["veiled"], blind["outcome"]) == (True, True, None)
    assert client.put(f"{case}/blinding", json={"blind": False}).json()["outcome"] == "ALERT"


def test_a_case_is_decided_as_it_was_read(client: TestClient, case: str) -> None:
    signed = decide(client, case, tag(client, case))
    assert signed.status_code == 201
    assert signed.json()["status"] == "decided" and signed.json()["decisions"][0]["signed_by"] == "ada"
    assert signed.headers["ETag"] == tag(client, case)


def test_nothing_is_decided_unseen(client: TestClient, case: str) -> None:
    assert decide(client, case, None).status_code == 428
    seen = tag(client, case)
    client.put(f"{case}/acknowledgement")
    refused = decide(client, case, seen)
    assert refused.status_code == 412 and "changed since you read it" in refused.json()["detail"]
    assert client.get(case).json()["decisions"] == []


def test_a_decision_that_is_sent_again_is_signed_once(client: TestClient, case: str) -> None:
    seen = tag(client, case)
    answers = [decide(client, case, seen, key="k1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(client.get(case).json()["decisions"]) == 1
    assert decide(client, case, seen, key="k1", kind="biopsy").status_code == 409


@pytest.mark.parametrize("judgement", [{"kind": "maybe"}, {"kind": "override"}, {"diagnosis": "a cold"}])
def test_a_judgement_that_lacks_something_is_a_problem(
    client: TestClient, case: str, judgement: dict[str, str]
) -> None:
    assert decide(client, case, "*", **judgement).status_code == 422


def test_histology_comes_once_and_later_reports_stand_beside_it(client: TestClient, case: str) -> None:
    report = {"diagnosis": "melanoma", "reported_on": "2026-11-02", "breslow_mm": 0.6}
    for key, remark in (("k1", ""), ("k1", ""), ("k2", "margins are free")):
        answer = client.post(f"{case}/histology", json=report | {"remark": remark}, headers={"Idempotency-Key": key})
        assert answer.status_code == 201
    assert [each["remark"] for each in client.get(case).json()["histology"]] == ["", "margins are free"]


def test_a_browser_that_was_left_open_signs_nothing(
    client: TestClient, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = stations.account(client, "ben", Role.READER)
    person = stations.browser(client, cookie)
    person.headers[csrf.HEADER] = csrf.token(cookie)
    signed = {"cases": [case.rsplit("/", 1)[-1]], "signed": True}
    later = now() + roles.SIGNS + timedelta(seconds=1)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(logins, "now", lambda: later)
        for answer in (decide(person, case, "*"), person.post("/api/v1/discharges", json=signed)):
            assert answer.status_code == 403 and "Type your password again" in answer.json()["detail"]
    assert decide(person, case, "*").status_code == 201


def test_discharges_that_are_sent_again_are_answered_as_before(client: TestClient, case: str) -> None:
    wanted = {"cases": [case.rsplit("/", 1)[-1], "nothing"], "signed": True}
    first, again = (
        client.post("/api/v1/discharges", json=wanted, headers={"Idempotency-Key": "k1"}).json() for _ in range(2)
    )
    assert first == again and len(first["cases"]) + len(first["refused"]) == 2
