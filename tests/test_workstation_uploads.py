"""A visit's photographs come one by one, and a broken connection neither loses nor doubles one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

import stations
from melanoscope.workstation.security import csrf, sessions
from melanoscope.workstation.service import cases
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.words import Role

UPLOADS = "/api/v1/uploads"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada", Role.UPLOADER)
        opened.headers[csrf.HEADER] = csrf.token(opened.cookies[sessions.COOKIE])
        yield opened


def send(client: TestClient, path: Path, key: str, lesion: str = "1", **about: str) -> Any:
    return client.post(
        UPLOADS,
        files={"photograph": (path.name, path.read_bytes())},
        data={"visit": "v", "lesion": lesion, **about},
        headers={"Idempotency-Key": key},
    )


def counts(client: TestClient) -> tuple[int, ...]:
    """Of patients, lesions, cases and photographs."""
    with stations.of(client).store.reading() as session:
        models = (Patient, Lesion, Case, Photograph)
        return tuple(session.scalar(select(func.count()).select_from(model)) or 0 for model in models)


def test_photographs_of_a_lesion_join_and_lesions_share_the_patient(
    client: TestClient, photographs: list[Path]
) -> None:
    about = {"birth_year": "1961", "sex": "female", "site": "chest", "view": "front", "x": "0.5", "y": "0.3"}
    first = send(client, photographs[0], "a", "1", **about).json()
    second = send(client, photographs[1], "b", "1", **about).json()
    third = send(client, photographs[2], "c", "2", **about).json()
    assert first["case"] == second["case"] != third["case"]
    assert counts(client) == (1, 2, 2, 3)
    with stations.of(client).store.reading() as session:
        lesion = cases.find(session, third["case"]).lesion
        assert (lesion.site, lesion.map_view, lesion.map_x, lesion.map_y) == ("chest", "front", 0.5, 0.3)


def test_nothing_known_joins_no_patients(client: TestClient, photographs: list[Path]) -> None:
    for number, path in enumerate(photographs[:2]):
        send(client, path, str(number), str(number))
    assert counts(client) == (0, 2, 2, 2)


def test_what_is_sent_again_is_taken_once(client: TestClient, photographs: list[Path]) -> None:
    once, again = (send(client, photographs[0], "a") for _ in range(2))
    assert once.status_code == again.status_code == 201 and once.json() == again.json()
    assert counts(client) == (0, 1, 1, 1)
    assert send(client, photographs[1], "a").status_code == 409


def test_a_copy_is_told_and_kept(client: TestClient, photographs: list[Path]) -> None:
    first = send(client, photographs[0], "a", "1").json()
    second = send(client, photographs[0], "b", "2").json()
    assert first["copy"] is None
    assert (second["copy"]["case"], second["copy"]["is_same_file"]) == (first["case"], True)
    assert counts(client)[3] == 2


def test_a_damaged_photograph_is_taken_and_told(client: TestClient, photographs: list[Path], tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.jpg"
    damaged.write_bytes(photographs[0].read_bytes()[:3000])
    assert send(client, damaged, "a").json()["unreadable"] == "the file is truncated"


@pytest.mark.parametrize("about", [{"view": "front", "x": "7", "y": "0"}, {"visit": ""}, {"birth_year": "1200"}])
def test_what_makes_no_sense_is_a_problem(client: TestClient, photographs: list[Path], about: dict[str, str]) -> None:
    answer = send(client, photographs[0], "a", **about)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    assert counts(client) == (0, 0, 0, 0)


def test_a_request_needs_its_key(client: TestClient, photographs: list[Path]) -> None:
    files = {"photograph": ("a.jpg", photographs[0].read_bytes())}
    assert client.post(UPLOADS, files=files, data={"visit": "v", "lesion": "1"}).status_code == 422
