"""Cases over the API: what pages do, with problems that programs can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.store.words import Role, Scope
from station_programs import CASES, add, links, program, send


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with program(tmp_path) as opened:
        yield opened


def test_a_case_is_made_found_and_scored(client: TestClient, photographs: list[Path]) -> None:
    made = send(client, *photographs[:2], site="left arm", birth_year="1961", sex="female", reference="4711")
    assert made.status_code == 201
    first, second = made.json()
    assert made.headers["location"] == f"{CASES}/{first['case']}" == f"{CASES}/{second['case']}"
    stations.scored(client)
    found = client.get(made.headers["location"]).json()
    known = {"id": found["patient"]["id"], "reference": "4711", "name": None, "birth_year": 1961, "sex": "female"}
    assert found["patient"] == known
    assert [each["id"] for each in found["photographs"]] == [first["photograph"], second["photograph"]]
    said = found["photographs"][0]["prediction"]
    assert sum(chance["probability"] for chance in said["probabilities"]) == pytest.approx(1)
    assert said["bundle"]["name"] == stations.SHIPPED


def test_a_case_tells_the_name_when_asked_for_and_that_is_logged(client: TestClient, photographs: list[Path]) -> None:
    case = add(client, photographs[0], reference="4711", name="Jane Doe")
    assert "Jane Doe" not in client.get(case).text
    named = client.get(case, params={"names": True})
    assert named.json()["patient"]["name"] == "Jane Doe"
    looks = client.get("/api/v1/audit-log", params={"action": "case.view", "limit": 2}).json()["entries"]
    assert [look["detail"]["names"] for look in looks] == [True, False]
    tag = {"If-Match": named.headers["ETag"]}
    signed = client.post(f"{case}/decisions", json={"kind": "refer"}, headers=tag)
    assert signed.status_code == 201 and "Jane Doe" not in signed.text
    assert client.post(f"{case}/decisions", json={"kind": "refer"}, headers=tag).status_code == 412


def test_a_list_holds_no_patient(client: TestClient, photographs: list[Path]) -> None:
    send(client, photographs[0], reference="4711", birth_year="1961")
    listed = client.get(CASES).text
    assert "4711" not in listed and "1961" not in listed and photographs[0].name not in listed


def test_pages_follow_one_another_by_their_links(client: TestClient, photographs: list[Path]) -> None:
    for path in photographs[:3]:
        send(client, path, site="arm")
    stations.scored(client)
    first = client.get(CASES, params={"limit": 2, "site": "arm"})
    second = client.get(links(first.headers["Link"])["next"])
    assert (len(first.json()["cases"]), len(second.json()["cases"])) == (2, 1)
    assert "Link" not in second.headers


def test_a_request_that_is_repeated_with_its_key_is_done_once(client: TestClient, photographs: list[Path]) -> None:
    once, again = (send(client, photographs[0], key="k1").json()[0] for _ in range(2))
    assert once == again
    assert send(client, photographs[0], key="k2").json()[0]["case"] != once["case"]
    other = send(client, photographs[1], key="k1")
    assert other.status_code == 409 and "Idempotency-Key" in other.json()["detail"]
    assert len(client.get(CASES).json()["cases"]) == 2


def test_photographs_join_a_case_once(client: TestClient, photographs: list[Path]) -> None:
    case = add(client, photographs[0])
    for _ in range(2):
        more = stations.upload(photographs[1])
        answer = client.post(f"{case}/photographs", files=more, headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 201 and answer.headers["Location"] == case
    stations.scored(client)
    assert len(client.get(case).json()["photographs"]) == 2


def test_a_copy_is_told(client: TestClient, photographs: list[Path]) -> None:
    earlier = send(client, photographs[0]).json()[0]
    copy = send(client, photographs[0]).json()[0]["copy"]
    assert (copy["case"], copy["is_same_file"]) == (earlier["case"], True)


def test_who_uploads_is_told_nothing_of_what_was_found(tmp_path: Path, photographs: list[Path]) -> None:
    with program(tmp_path, Role.READER, Scope.UPLOAD) as client:
        made = send(client, photographs[0], key="k1")
        again = send(client, photographs[0], key="k1")
        assert made.json() == again.json() and "prediction" not in made.text
        assert client.get(made.headers["Location"]).status_code == 403


@pytest.mark.parametrize(
    "values", [{"birth_year": "1200"}, {"birth_year": "soon"}, {"sex": "?"}, {"site": "x" * 300}, {"x": "2"}]
)
def test_what_makes_no_sense_is_a_problem(client: TestClient, photographs: list[Path], values: dict[str, str]) -> None:
    answer = send(client, photographs[0], **values)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(CASES).json()["cases"] == []


@pytest.mark.parametrize("name", ["page.html", "drawing.svg"])
def test_what_is_no_photograph_is_refused_by_its_name(client: TestClient, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<script>alert(1)</script>")
    answer = send(client, tmp_path / name)
    assert answer.status_code == 422 and answer.json()["detail"].startswith(name)


def test_earlier_visits_and_similar_lesions_are_listed(client: TestClient, photographs: list[Path]) -> None:
    first = add(client, photographs[0], reference="4711")
    assert client.get(f"{first}/earlier-photographs").json() == []
    assert client.get(f"{first}/similar-lesions").json()["candidates"] > 0
