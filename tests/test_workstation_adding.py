"""Photographs become cases of lesions of patients, and what comes again is told."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.service import cases, copies, hashes, lesions
from melanoscope.workstation.service.adding import About, add_photographs
from melanoscope.workstation.service.errors import Conflict, Invalid, NotFound
from melanoscope.workstation.service.lesions import BodyMapPlace
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.keeping import StoredLikeness
from melanoscope.workstation.store.operations import Job
from melanoscope.workstation.store.patients import Patient
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import BodySide, CaseStatus, Sex
from station_cases import add, take


def one_patient(session: Session) -> Patient:
    return session.scalars(select(Patient)).one()


def test_cases_of_one_number_are_of_one_patient(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    taken = take(kept, photographs[0])
    add(store, [taken], About(reference=" 4711 ", birth_year=1961, history="A sister had a melanoma."))
    add(store, [taken], About(reference="4711", sex=Sex.FEMALE, name="Jane Doe", history="Fair skin."))
    with store.reading() as session:
        patient = one_patient(session)
    assert (patient.reference, patient.name, patient.birth_year, patient.sex) == ("4711", "Jane Doe", 1961, "female")
    assert patient.history == "A sister had a melanoma.\nFair skin."


def test_requests_at_once_make_one_patient(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    taken, together = take(kept, photographs[0]), threading.Barrier(4)

    def send(_: int) -> None:
        together.wait()
        add(store, [taken], About("4711"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    with store.reading() as session:
        assert one_patient(session).reference == "4711"
        assert len(session.scalars(select(Case)).all()) == 4


@pytest.mark.parametrize(
    "other", [About("4711", birth_year=1962), About("4711", sex=Sex.MALE), About("4711", name="Joan Doe")]
)
def test_a_number_never_joins_two_people(
    store: Store, kept: Photographs, photographs: list[Path], other: About
) -> None:
    taken = take(kept, photographs[0])
    add(store, [taken], About("4711", 1961, Sex.FEMALE, name="Jane Doe"))
    with pytest.raises(Conflict, match="Check the number"):
        add(store, [taken], other)
    with store.reading() as session:
        assert len(session.scalars(select(Case)).all()) == 1


def test_a_lesion_has_its_place_and_several_visits(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    place = BodyMapPlace(BodySide.BACK, 0.4, 0.3)
    first = add(store, [take(kept, photographs[0])], About("4711", site="upper back", place=place))
    with store.reading() as session:
        lesion = cases.find(session, first).lesion
    assert lesions.place_of(lesion) == place
    second = add(store, [take(kept, photographs[1])], About(lesion=lesion.public_id, site="ignored"))
    with store.reading() as session:
        assert cases.find(session, second).lesion.id == lesion.id
        assert cases.find(session, second).lesion.site == "upper back"


def test_a_place_off_the_map_is_refused(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    with pytest.raises(Invalid, match="body map"):
        add(store, [take(kept, photographs[0])], About(place=BodyMapPlace(BodySide.FRONT, 1.2, 0)))


@pytest.mark.parametrize("nowhere", [About(lesion="x"), About(patient="x")])
def test_what_is_not_known_gets_no_case(
    store: Store, kept: Photographs, photographs: list[Path], nowhere: About
) -> None:
    with pytest.raises(NotFound):
        add(store, [take(kept, photographs[0])], nowhere)


def test_a_case_takes_more_photographs_until_it_is_decided(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    case_id = add(store, [take(kept, photographs[0])])
    with store.writing() as session:
        cases.find(session, case_id).status = CaseStatus.OPEN
        add_photographs(session, SYSTEM, case_id, [take(kept, photographs[1])])
    with store.reading() as session:
        case = cases.find(session, case_id)
        assert case.status is CaseStatus.SCORING and len(case.photographs) == 2
        assert len(session.scalars(select(Job)).all()) == 2
    with store.writing() as session:
        cases.find(session, case_id).status = CaseStatus.DECIDED
    with pytest.raises(Conflict, match="decided"), store.writing() as session:
        add_photographs(session, SYSTEM, case_id, [take(kept, photographs[2])])


def copy(path: Path, turned: bool) -> bytes:
    """The photograph in another size and quality, perhaps turned."""
    with Image.open(path) as image:
        small = image.resize((image.width // 2, image.height // 2))
        file = BytesIO()
        (small.transpose(Image.Transpose.ROTATE_90) if turned else small).save(file, "JPEG", quality=60)
        return file.getvalue()


@pytest.mark.parametrize(("turned", "tail"), [(False, hashes.TAIL), (True, 2)])
def test_what_comes_again_is_kept_and_told(
    store: Store,
    kept: Photographs,
    photographs: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    turned: bool,
    tail: int,
) -> None:
    monkeypatch.setattr(hashes, "TAIL", tail)
    first = add(store, [take(kept, path) for path in photographs[:8]])
    add(store, [take(kept, photographs[2])])
    add(store, [kept.take("again.jpg", copy(photographs[5], turned))])
    add(store, [take(kept, photographs[9])])
    with store.reading() as session:
        ids = list(session.scalars(select(Photograph.id).order_by(Photograph.id)))
        told = copies.of(session, ids)
        originals = [photograph.public_id for photograph in cases.find(session, first).photographs]
    assert {id_: (told[id_].photograph, told[id_].is_same_file) for id_ in told} == {
        ids[8]: (originals[2], True),
        ids[9]: (originals[5], False),
    }
    assert all(each.case == first for each in told.values())


def test_a_damaged_file_is_recognised_by_its_bytes(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    damaged = kept.take("a.jpg", photographs[0].read_bytes()[:2000])
    add(store, [damaged, damaged])
    with store.reading() as session:
        found = session.scalars(select(StoredLikeness).order_by(StoredLikeness.photograph_id)).all()
    assert [(each.phash, each.copy_of_id, each.is_same_file) for each in found] == [
        (None, None, False),
        (None, found[0].photograph_id, True),
    ]
