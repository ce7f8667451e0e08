"""Judging over the API: nothing is decided unseen, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from station_programs import add, program


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with program(tmp_path) as opened:
        yield opened


@pytest.fixture
def case(client: TestClient, photographs: list[Path]) -> str:
    return add(client, photographs[0])


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
