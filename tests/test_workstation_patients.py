"""Patients are found and shown without their names until somebody asks for them, and that is noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

import station_alerts
import stations
from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.service import cases, lesions, patient_views, patients
from melanoscope.workstation.service.adding import About
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.service.lesions import BodyMapPlace
from melanoscope.workstation.service.patients import PatientDetails
from melanoscope.workstation.store.operations import AuditEntry
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import BodySide, Role, Sex
from station_cases import add, take

PLACE = BodyMapPlace(BodySide.BACK, 0.5, 0.25)
JANE = About("4711", 1961, Sex.FEMALE, "upper back", "mole", "Jane Döe", "Fair skin.", PLACE)


def noted(store: Store) -> list[str]:
    with store.reading() as session:
        return [entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


@pytest.mark.parametrize(
    ("text", "names", "count"),
    [
        ("", False, 2),
        ("4711", False, 1),
        ("47", False, 2),
        ("doe", False, 0),
        ("doe", True, 1),
        ("JANE DÖE", True, 1),
        ("x", True, 0),
    ],
)
def test_patients_are_found_by_number_and_when_asked_by_name(
    store: Store, kept: Photographs, photographs: list[Path], text: str, names: bool, count: int
) -> None:
    taken = take(kept, photographs[0])
    for about in (JANE, About("4712")):
        add(store, [taken], about)
    with store.writing() as session:
        found = patient_views.search(session, SYSTEM, text, names).patients
    assert len(found) == count and all(each.lesions == 1 and each.last_visit for each in found)
    assert names or all(row.name is None and row.reference is None for row in found)
    assert ("patient.names" in noted(store)) is names


def test_a_patients_lesions_are_shown_with_their_visits(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    first = add(store, [take(kept, photographs[0])], JANE)
    with store.reading() as session:
        lesion = cases.find(session, first).lesion.public_id
        patient = session.scalars(select(Patient.public_id)).one()
    second = add(store, [take(kept, photographs[1])], About(lesion=lesion))
    add(store, [take(kept, photographs[2])], About(patient=patient, site="chest"))
    with store.writing() as session:
        shown = patient_views.open_patient(session, SYSTEM, patient)
        one = patient_views.open_lesion(session, SYSTEM, lesion)
    assert (shown.name, shown.reference, shown.history, shown.birth_year) == ("", "", "", 1961)
    assert [(each.number, each.site, each.place) for each in shown.lesions] == [
        (1, "upper back", PLACE),
        (2, "chest", None),
    ]
    assert [visit.case for visit in one.visits] == [second, first]
    assert one == shown.lesions[0]


def test_a_lesion_that_nobody_knew_is_assigned(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    add(store, [take(kept, photographs[0])], JANE)
    unknown = add(store, [take(kept, photographs[1])])
    with store.writing() as session:
        lesion = cases.find(session, unknown).lesion
        assert lesion.patient is None
        lesions.assign(session, SYSTEM, lesion.public_id, PatientDetails("4711"))
        assert lesion.patient and lesion.patient.name == "Jane Döe"
    with pytest.raises(Invalid), store.writing() as session:
        lesions.assign(session, SYSTEM, lesion.public_id, PatientDetails())


def test_numbers_stay_unique(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    for about in (JANE, About("4712")):
        add(store, [take(kept, photographs[0])], about)
    with pytest.raises(Conflict, match="4711"), store.writing() as session:
        other = session.scalars(select(Patient).where(Patient.reference == "4712")).one()
        patients.change(session, SYSTEM, other.public_id, PatientDetails("4711"))


@pytest.fixture
def client(tmp_path: Path, photographs: list[Path]) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada")
        here = stations.of(opened)
        add(here.store, [take(here.photographs, photographs[0])], JANE)
        yield opened


def addresses(client: TestClient) -> tuple[str, str]:
    with stations.of(client).store.reading() as session:
        patient, lesion = session.scalars(select(Patient)).one(), session.scalars(select(Lesion)).one()
    return f"/patients/{patient.public_id}", f"/lesions/{lesion.public_id}"


def test_pages_hide_who_it_is_until_asked(client: TestClient) -> None:
    patient, lesion = addresses(client)
    for page in ("/patients", patient, lesion):
        text = client.get(page).text
        assert "Jane" not in text and "4711" not in text and "Fair skin" not in text
    assert "Jane Döe, 4711" in client.get("/patients?names=true").text
    assert "Fair skin" in client.get(f"{patient}?names=true").text


def test_the_body_map_leads_to_the_lesion(client: TestClient) -> None:
    patient, lesion = addresses(client)
    text = client.get(patient).text
    assert f'<a href="{lesion}" aria-label="1, upper back, mole">' in text and 'cx="100.0" cy="107.5"' in text


def test_what_is_known_is_changed_on_the_pages(client: TestClient) -> None:
    patient, lesion = addresses(client)
    page = f"{patient}?names=true"
    changed = stations.post(client, patient, page, reference="4711", name="Joan", birth_year="1962", sex="male")
    assert changed.status_code == 303
    assert stations.post(client, patient, page, birth_year="soon").status_code == 422
    moved = stations.post(client, lesion, lesion, site="chest", label="", view="front", x="0.4", y="0.3")
    assert moved.status_code == 303
    with stations.of(client).store.reading() as session:
        assert session.scalars(select(Patient.name)).one() == "Joan"
        assert lesions.place_of(session.scalars(select(Lesion)).one()) == BodyMapPlace(BodySide.FRONT, 0.4, 0.3)
    assigned = stations.post(client, f"{lesion}/patient", lesion, reference="4712")
    assert assigned.status_code == 303 and "lesion 1" in client.get(lesion).text


def test_an_administrator_erases_a_patient(client: TestClient) -> None:
    patient, _ = addresses(client)
    page = f"{patient}/erase"
    assert stations.post(client, page, reason="").status_code == 422
    assert stations.post(client, page, reason="They asked for it.").headers["location"] == "/patients?erased=true"
    assert client.get(patient).status_code == 404
    assert "The patient is erased" in client.get("/patients?erased=true").text


def test_who_erases_a_patient_is_told_of_open_alerts(client: TestClient) -> None:
    store = stations.of(client).store
    about = replace(JANE, reference="4712")
    alert = station_alerts.case(store, Outcome.ALERT, about=about)
    station_alerts.case(store, Outcome.ROUTINE, about=about)
    patient = f"/patients/{client.get(f'/api/v1/cases/{alert}').json()['patient']['id']}/erase"
    assert "One alert of this patient is still open." in client.get(patient).text
    stations.decide(client, alert, kind="biopsy")
    assert "still open" not in client.get(patient).text


def test_readers_erase_nobody_and_uploaders_see_nobody(client: TestClient) -> None:
    patient, lesion = addresses(client)
    stations.log_in(client, "rita", Role.READER)
    assert client.get(f"{patient}/erase").status_code == 403 and "Erase" not in client.get(patient).text
    stations.log_in(client, "ugo", Role.UPLOADER)
    for page in ("/patients", patient, lesion):
        assert client.get(page).status_code == 403
