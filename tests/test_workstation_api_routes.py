"""What every address of the API does alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import stations
from station_programs import CASES, program


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with program(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", CASES),
        ("POST", CASES),
        ("GET", f"{CASES}/nobody"),
        ("PUT", f"{CASES}/nobody/acknowledgement"),
        ("GET", "/api/v1/nothing"),
        ("DELETE", "/api/v1/nothing"),
        ("GET", "/api/v1/openapi.json"),
    ],
)
def test_strangers_are_told_401_whatever_they_send(tmp_path: Path, method: str, address: str) -> None:
    with stations.station(tmp_path) as stranger:
        answer = stranger.request(method, address, content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", f"{CASES}/nobody", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/", 404),
        ("GET", f"{CASES}?after=rubbish", 422),
        ("GET", f"{CASES}?limit=0", 422),
        ("GET", f"{CASES}?limit=ten", 422),
        ("DELETE", CASES, 405),
        ("OPTIONS", CASES, 405),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client: TestClient, method: str, address: str, status: int) -> None:
    answer = client.request(method, address)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == status and problem["title"] and problem["detail"]


def test_an_address_says_which_methods_it_knows(client: TestClient) -> None:
    assert client.delete(CASES).headers["Allow"] == "GET, POST"


def test_no_other_site_may_read_an_answer(client: TestClient) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for answer in (client.get(CASES, headers=asked), client.options(CASES, headers=asked)):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_list_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    tag = client.get(CASES).headers["ETag"]
    assert client.get(CASES, headers={"If-None-Match": f'"other", {tag}'}).status_code == 304
    assert client.get(CASES, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("address", "wish"),
    [
        ("/api/v1/accounts", {"name": "erika", "role": "reader"}),
        ("/api/v1/webhooks", {"url": "https://pager.hospital.example/"}),
    ],
)
def test_a_secret_is_made_once_and_told_once(client: TestClient, address: str, wish: dict[str, str]) -> None:
    headers = {"Idempotency-Key": "k1"}
    before = len(client.get(address).json())
    assert client.post(address, json=wish, headers=headers).json()["secret"]
    again = client.post(address, json=wish, headers=headers)
    assert again.status_code == 409 and "secret was told then" in again.json()["detail"]
    assert len(client.get(address).json()) == before + 1


def test_what_a_database_cannot_hold_is_a_problem(tmp_path: Path, postgres_url: str) -> None:
    with program(tmp_path, database=postgres_url) as on_postgresql:
        answer = on_postgresql.put(f"{CASES}/%00/acknowledgement")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
