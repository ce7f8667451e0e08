"""Cases over the API: what pages do, with problems that programs can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.security import csrf, sessions

CASES = "/api/v1/cases"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada")
        opened.headers[csrf.HEADER] = csrf.token(opened.cookies[sessions.COOKIE])
        yield opened


def send(client: TestClient, *paths: Path, key: str | None = None, **about: str) -> Any:
    return client.post(
        CASES, files=stations.upload(*paths), data=about, headers={"Idempotency-Key": key} if key else {}
    )


def test_a_case_is_made_found_and_scored(client: TestClient, photographs: list[Path]) -> None:
    made = send(client, *photographs[:2], site="left arm", birth_year="1961", sex="female", reference="4711")
    assert made.status_code == 201
    case = made.json()
    assert made.headers["location"] == f"{CASES}/{case['id']}"
    assert case["patient"] == {"reference": "4711", "name": None, "birth_year": 1961, "sex": "female"}
    stations.scored(client)
    found = client.get(made.headers["location"]).json()
    assert [photograph["name"] for photograph in found["photographs"]] == [path.name for path in photographs[:2]]
    said = found["photographs"][0]["prediction"]
    assert sum(chance["probability"] for chance in said["probabilities"]) == pytest.approx(1)
    assert said["bundle"]["name"] == "shipped"


def test_a_list_holds_no_patient(client: TestClient, photographs: list[Path]) -> None:
    send(client, photographs[0], reference="4711", birth_year="1961")
    listed = client.get(CASES).text
    assert "4711" not in listed and "1961" not in listed and photographs[0].name not in listed


def test_pages_follow_one_another(client: TestClient, photographs: list[Path]) -> None:
    for path in photographs[:3]:
        send(client, path)
    stations.scored(client)
    first = client.get(CASES, params={"limit": 2}).json()
    second = client.get(CASES, params={"limit": 2, "after": first["next"]}).json()
    assert (len(first["cases"]), len(second["cases"]), second["next"]) == (2, 1, None)


def test_a_request_that_is_repeated_with_its_key_is_done_once(client: TestClient, photographs: list[Path]) -> None:
    once, again = (send(client, photographs[0], key="k1").json() for _ in range(2))
    assert once["id"] == again["id"]
    assert send(client, photographs[0], key="k2").json()["id"] != once["id"]
    other = send(client, photographs[1], key="k1")
    assert other.status_code == 409 and "Idempotency-Key" in other.json()["detail"]
    assert len(client.get(CASES).json()["cases"]) == 2


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"birth_year": "1200"}, 422),
        ({"birth_year": "soon"}, 422),
        ({"sex": "?"}, 422),
        ({"site": "x" * 300}, 422),
    ],
)
def test_what_makes_no_sense_is_a_problem(
    client: TestClient, photographs: list[Path], values: dict[str, str], status: int
) -> None:
    answer = send(client, photographs[0], **values)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(CASES).json()["cases"] == []


@pytest.mark.parametrize("name", ["page.html", "drawing.svg"])
def test_what_is_no_photograph_is_refused_by_its_name(client: TestClient, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<script>alert(1)</script>")
    answer = send(client, tmp_path / name)
    assert answer.status_code == 422 and answer.json()["detail"].startswith(name)


@pytest.mark.parametrize(
    "address", [f"{CASES}/nobody", "/api/v1/nothing", f"{CASES}?after=rubbish", f"{CASES}?limit=0"]
)
def test_what_is_not_there_is_a_problem(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (404, 422) and answer.json()["status"] == answer.status_code


def test_the_description_names_every_address_and_type(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert {CASES, f"{CASES}/{{case_id}}"} <= set(described["paths"])
    assert {"CaseView", "PredictionView", "Outcome"} <= set(described["components"]["schemas"])
