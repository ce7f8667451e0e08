"""The confirmed lesions that are most like a case's: this workstation's own, and the reference photographs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from melanoscope.bundle import Bundle, sha256
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.service import cases, deciding, histology, readings, reference, similar
from melanoscope.workstation.service.adding import About
from melanoscope.workstation.service.deciding import DecisionRequest
from melanoscope.workstation.service.histology import HistologyRequest
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import DecisionKind
from station_readers import reader, scored

ROOT = Path(__file__).parent.parent


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference photographs are all unlike the cases here, so that no network need look at them."""
    far = np.zeros((len(reference.photographs()), 2), np.float32)
    monkeypatch.setattr(reference, "measure", lambda bundle: far)


@pytest.mark.usefixtures("measured")
def test_the_most_alike_come_first_and_only_those_with_histology(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    ada = reader(store, "ada")
    asked = scored(store, kept, photographs[0])
    near, far, _unconfirmed = (
        scored(store, kept, path, features=features)
        for path, features in zip(photographs[1:], ((0.8, 0.6), (0.0, 1.0), (1.0, 0.0)), strict=False)
    )
    with store.writing() as session:
        histology.record(session, ada, far, HistologyRequest("nevus", date(2026, 3, 1)))
        histology.record(session, ada, near, HistologyRequest("nevus", date(2026, 3, 1)))
        histology.record(session, ada, near, HistologyRequest("melanoma", date(2026, 3, 2)))
    found = similar.nearest(store, ada, asked)
    first = found.lesions[0]
    assert (first.case, first.diagnosis, round(first.likeness, 2)) == (near, "melanoma", 0.8)
    assert len(found.lesions) == similar.SHOWN and found.candidates == 2 + len(reference.photographs())
    assert _unconfirmed not in {each.case for each in found.lesions}


@pytest.mark.usefixtures("measured")
def test_another_visit_of_the_same_lesion_is_no_evidence(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    ada = reader(store, "ada")
    first = scored(store, kept, photographs[0])
    with store.writing() as session:
        histology.record(session, ada, first, HistologyRequest("nevus", date(2026, 3, 1)))
        lesion = cases.find(session, first).lesion.public_id
    again = scored(store, kept, photographs[1], about=About(lesion=lesion))
    assert first not in {each.case for each in similar.nearest(store, ada, again).lesions}


@pytest.mark.usefixtures("measured")
def test_what_histology_said_of_a_case_that_is_read_blind_is_not_shown_beside_another(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    ada, ben = reader(store, "ada"), reader(store, "ben")
    asked, other = (scored(store, kept, path) for path in photographs[:2])
    with store.writing() as session:
        histology.record(session, ben, other, HistologyRequest("melanoma", date(2026, 3, 1)))
        readings.set_blind(session, ada, "ada", True)
        deciding.decide(session, ada, asked, DecisionRequest(DecisionKind.BIOPSY, "melanoma"))
    assert other in {each.case for each in similar.nearest(store, ben, asked).lesions}
    assert other not in {each.case for each in similar.nearest(store, ada, asked).lesions}


def test_the_reference_photographs_are_the_samples_under_a_free_licence() -> None:
    shipped = reference.photographs()
    assert {record.path.name: sha256(record.path) for record in shipped} == {
        path.name: sha256(path) for path in (ROOT / "samples").glob("*.jpg")
    }
    assert {record.licence for record in shipped} == {"CC0-1.0"} and all(record.attribution for record in shipped)


def test_no_bundle_has_learnt_from_them() -> None:
    seen = {photograph.image_id for photograph in Bundle.shipped().description.seen}
    assert not seen & {record.image_id for record in reference.photographs()}


def test_they_are_looked_at_once_for_each_bundle_and_never_the_case_itself(
    store: Store, kept: Photographs, photographs: list[Path], monkeypatch: pytest.MonkeyPatch, toy: Bundle
) -> None:
    ada, real = reader(store, "ada"), reference.measure
    asked: list[str] = []

    def measure(bundle: Bundle) -> NDArray[np.float32]:
        asked.append(bundle.digest)
        return real(toy)

    monkeypatch.setattr(reference, "measure", measure)
    itself = reference.photographs()[0]
    case_id = scored(store, kept, itself.path, features=tuple(real(toy)[0]))
    with ThreadPoolExecutor() as pool:
        found, *others = pool.map(lambda _: similar.nearest(store, ada, case_id), range(3))
    assert others == [found, found]
    assert asked == [Bundle.shipped().digest]
    assert found.candidates == len(reference.photographs()) - 1
    assert itself.path.name not in {each.photograph for each in found.lesions}
    assert all(each.attribution and 0 < each.likeness <= 1.001 for each in found.lesions)
