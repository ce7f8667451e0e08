"""The adding page as a browser without scripts uses it; tests of the scripts stand with the other browser tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

import station_programs
import stations
from melanoscope.workstation.security import csrf
from melanoscope.workstation.service import cases
from melanoscope.workstation.store.patients import Patient
from melanoscope.workstation.store.words import Role
from melanoscope.workstation.web.body_map import HEIGHT, REGIONS, SITES, VIEWS, WIDTH


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada")
        yield opened


def test_a_form_adds_a_patient_with_a_lesion(client: TestClient, photographs: list[Path]) -> None:
    values = {"reference": "4711", "name": "Jane Doe", "birth_year": "1961", "history": "Fair skin.", "site": "chest"}
    added = stations.post(client, "/add", files=stations.upload(*photographs[:2]), one_lesion="true", **values)
    assert added.headers["location"] == "/add?added=1"
    with stations.of(client).store.reading() as session:
        patient = session.scalars(select(Patient)).one()
        assert (patient.name, patient.history) == ("Jane Doe", "Fair skin.")


def test_repeated_photographs_are_counted(client: TestClient, photographs: list[Path]) -> None:
    for expected in ("/add?added=2", "/add?added=2&copies=2"):
        added = stations.post(client, "/add", files=stations.upload(*photographs[:2]))
        assert added.headers["location"] == expected
    assert "2 photographs repeat earlier ones" in client.get("/add?added=2&copies=2").text


def test_another_visit_joins_its_lesion(client: TestClient, photographs: list[Path]) -> None:
    stations.post(client, "/add", files=stations.upload(photographs[0]), reference="4711", site="chest")
    first = stations.scored(client)[0]["id"]
    with stations.of(client).store.reading() as session:
        lesion = cases.find(session, first).lesion.public_id
    page = f"/add?lesion={lesion}"
    assert "Another visit" in client.get(page).text
    stations.post(client, "/add", page, files=stations.upload(photographs[1]), of_lesion=lesion, one_lesion="true")
    found = stations.scored(client)
    with stations.of(client).store.reading() as session:
        assert {cases.find(session, each["id"]).lesion.public_id for each in found} == {lesion}


@pytest.mark.parametrize(("field", "value"), [("birth_year", "soon"), ("birth_year", "1200")])
def test_what_makes_no_sense_is_said_on_the_page(
    client: TestClient, photographs: list[Path], field: str, value: str
) -> None:
    answer = stations.post(client, "/add", files=stations.upload(photographs[0]), **{field: value})
    assert answer.status_code == 422 and value in answer.text


def test_a_refused_file_is_told_in_the_readers_language_and_to_programs_in_english(client: TestClient) -> None:
    files, german = [("photographs", ("x.jpg", b""))], {"Accept-Language": "de"}
    headers = german | {csrf.HEADER: stations.token(client, "/add")}
    assert "x.jpg ist leer." in client.post("/api/v1/cases", files=files, headers=headers).json()["detail"]
    token = station_programs.token(stations.of(client).store, "grace", Role.UPLOADER)
    headers = german | {"Authorization": f"Bearer {token}"}
    answer = stations.browser(client).post("/api/v1/cases", files=files, headers=headers)
    assert answer.json()["detail"].startswith("x.jpg is empty.")


def test_another_patients_number_is_not_taken_for_ones_own(client: TestClient, photographs: list[Path]) -> None:
    stations.post(client, "/add", files=stations.upload(photographs[0]), reference="4711", birth_year="1961")
    answer = stations.post(client, "/add", files=stations.upload(photographs[1]), reference="4711", birth_year="1970")
    assert answer.status_code == 422 and "Check the number" in answer.text


def test_every_region_has_its_middle_within_the_drawing_and_a_name(client: TestClient) -> None:
    assert all(0 < region.x < WIDTH and 0 < region.y < HEIGHT for region in REGIONS)
    assert len({(region.site, region.view) for region in REGIONS}) == len(REGIONS)
    page = client.get("/add").text
    for region in REGIONS:
        assert f'aria-label="{region.site}, {region.view.value}"' in page
    assert {region.view for region in REGIONS} == set(VIEWS)
    assert all(f'<option value="{site}">' in page for site in SITES)


def test_left_and_right_are_the_patients_own() -> None:
    for region in REGIONS:
        if region.site.startswith("right "):
            is_on_viewers_left = region.x < WIDTH / 2
            assert is_on_viewers_left is (region.view == "front")
