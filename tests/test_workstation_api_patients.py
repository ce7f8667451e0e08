"""Patients, lesions and retention over the API: what the pages do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.security import csrf, sessions
from melanoscope.workstation.service.adding import About
from station_cases import add, take

API = "/api/v1"
ANYHOW = {"If-Match": "*"}
"""However it is now."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with stations.station(tmp_path_factory.mktemp("station")) as opened:
        stations.log_in(opened, "ada")
        opened.headers[csrf.HEADER] = csrf.token(opened.cookies[sessions.COOKIE])
        yield opened


@pytest.fixture
def patient(client: TestClient, photographs: list[Path]) -> Iterator[dict[str, Any]]:
    """Jane Doe, for as long as a test takes."""
    here = stations.of(client)
    add(here.store, [take(here.photographs, photographs[0])], About("4711", 1961, site="chest", name="Jane Doe"))
    stations.scored(client)  # what is said of a patient's visits is part of what an ETag names
    (row,) = client.get(f"{API}/patients").json()["patients"]
    found: dict[str, Any] = client.get(f"{API}/patients/{row['id']}").json()
    yield found
    client.post(f"{API}/patients/{found['id']}/erasure", json={"reason": "the test is over"})


def test_names_are_told_when_asked_for(client: TestClient, patient: dict[str, Any]) -> None:
    assert (patient["name"], patient["reference"], patient["birth_year"]) == ("", "", 1961)
    assert client.get(f"{API}/patients", params={"text": "jane"}).json()["patients"] == []
    (row,) = client.get(f"{API}/patients", params={"text": "jane", "names": True}).json()["patients"]
    assert (row["name"], row["reference"], row["lesions"]) == ("Jane Doe", "4711", 1)


def test_a_patient_is_changed(client: TestClient, patient: dict[str, Any]) -> None:
    address = f"{API}/patients/{patient['id']}"
    joan = {"reference": "4711", "name": "Joan\x00 Doe", "birth_year": 1962}
    changed = client.put(address, json=joan, headers=ANYHOW)
    assert (changed.json()["name"], changed.json()["birth_year"]) == ("Joan Doe", 1962)
    for wrong in ({"birth_year": 1200}, {"name": "x" * 300}, {"sex": "?"}):
        assert client.put(address, json=wrong, headers=ANYHOW).status_code == 422


def test_nobody_is_changed_unseen(client: TestClient, patient: dict[str, Any]) -> None:
    address, joan = f"{API}/patients/{patient['id']}", {"reference": "4711", "name": "Joan Doe"}
    seen = {"If-Match": client.get(address, params={"names": True}).headers["ETag"]}
    assert [client.put(address, json=joan, headers=each).status_code for each in ({}, seen, seen)] == [428, 200, 412]
    lesion = f"{API}/lesions/{patient['lesions'][0]['id']}"
    seen = {"If-Match": client.get(lesion).headers["ETag"]}
    back = {"site": "back"}
    assert [client.put(lesion, json=back, headers=each).status_code for each in ({}, seen, seen)] == [428, 200, 412]


def test_a_lesion_is_described_and_assigned(client: TestClient, patient: dict[str, Any]) -> None:
    address = f"{API}/lesions/{patient['lesions'][0]['id']}"
    place = {"view": "front", "x": 0.5, "y": 0.3}
    described = client.put(address, json={"site": "abdomen", "label": "mole", "place": place}, headers=ANYHOW).json()
    assert (described["site"], described["label"], described["place"]) == ("abdomen", "mole", place)
    assert client.get(address).json()["place"] == place
    beside = client.put(address, json={"place": {"view": "front", "x": 2, "y": 0}}, headers=ANYHOW)
    assert beside.status_code == 422
    assert (
        client.put(f"{address}/patient", json={"reference": "4711"}, headers=ANYHOW).json()["patient"] == patient["id"]
    )


def test_an_erased_patient_is_gone(client: TestClient, patient: dict[str, Any]) -> None:
    address = f"{API}/patients/{patient['id']}"
    assert client.post(f"{address}/erasure", json={"reason": " "}).status_code == 422
    assert client.post(f"{address}/erasure", json={"reason": "A right."}).status_code == 204
    lesion = f"{API}/lesions/{patient['lesions'][0]['id']}"
    assert client.get(address).status_code == client.post(f"{address}/erasure", json={"reason": "x"}).status_code == 404
    assert client.get(lesion).json()["patient"] is None
    for what, body in ((lesion, {"site": "face"}), (f"{lesion}/patient", {"reference": "4711"})):
        assert client.put(what, json=body, headers=ANYHOW).status_code == 409


def test_retention_is_set(client: TestClient) -> None:
    assert client.get(f"{API}/retention").json() == {"days": None}
    address = f"{API}/retention"
    kept = client.put(address, json={"days": 3650}, headers=ANYHOW)
    assert kept.json() == client.get(address).json() and kept.headers["ETag"] == client.get(address).headers["ETag"]
    assert client.put(address, json={"days": 0}, headers=ANYHOW).status_code == 422
    assert client.put(address, json={"days": None}, headers={"If-Match": kept.headers["ETag"]}).status_code == 200
