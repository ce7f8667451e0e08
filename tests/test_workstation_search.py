"""Cases are found by their words: at once, the same on every database, and not by what somebody must not know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import SYSTEM, Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service import deciding, worklist
from melanoscope.workstation.service.adding import About
from melanoscope.workstation.service.deciding import DecisionRequest
from melanoscope.workstation.service.erasure import erase_patient
from melanoscope.workstation.service.filters import Filter
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.patients import Patient
from melanoscope.workstation.store.readings import BlindedReader
from melanoscope.workstation.store.search import folded
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, DecisionKind
from station_alerts import case, reader, say


def found(store: Store, text: str, actor: Actor = SYSTEM, names: bool = False) -> set[str]:
    wanted = Filter(statuses=frozenset(CaseStatus), text=text, names=names)
    with worklist.looking(store, wanted) as session:
        return {row.id for row in worklist.page(session, actor, wanted).cases}


@pytest.mark.parametrize(
    "text",
    ["P-4711", "p 47", "4711", "LEFT arm", "arm left", "läsion", "LASION", "nevus", "isic_0012", "0012345.JPG"],
)
def test_what_a_clinician_types_is_found(store: Store, text: str) -> None:
    about = About(reference="P-4711", site="left arm", label="Läsion 2")
    wanted = case(store, Outcome.REVIEW, about=about, name="ISIC_0012345.jpg", key="nevus")
    case(store, Outcome.REVIEW, about=About(reference="X-1", site="face"), key="melanoma", name="other.png")
    assert found(store, text) == {wanted}


@pytest.mark.parametrize("text", ["arms", "rm", "4711 face", "' OR 1=1 --", "left\x00x"])
def test_what_begins_no_word_of_a_case_finds_nothing(store: Store, text: str) -> None:
    case(store, Outcome.REVIEW, about=About(reference="4711", site="left arm"))
    assert found(store, text) == set()


def test_what_is_decided_is_found_at_once(store: Store) -> None:
    case_id, ada = case(store, Outcome.REVIEW), reader(store)
    assert found(store, "halo") == set()
    with store.writing() as session:
        deciding.decide(session, ada, case_id, DecisionRequest(DecisionKind.OVERRIDE, "melanoma", "an asymmetric halo"))
    assert found(store, "halo asymm") == found(store, "melanoma") == {case_id}


def test_a_patient_who_changes_is_found_by_the_new_words_alone(store: Store) -> None:
    cases = {case(store, Outcome.REVIEW, about=About(reference="old")) for _ in range(2)}
    with store.writing() as session:
        session.scalars(select(Patient)).one().reference = "new"
    assert found(store, "old") == set() and found(store, "new") == cases


def test_an_erased_patient_is_found_by_nothing(store: Store) -> None:
    about = About(reference="4711", site="face", label="mole")
    case_id, ada = case(store, Outcome.REVIEW, about=about, name="smith.jpg"), reader(store)
    with store.writing() as session:
        deciding.decide(session, ada, case_id, DecisionRequest(DecisionKind.REFER, reason="seen by Smith"))
    with store.writing() as session:
        erase_patient(session, SYSTEM, session.scalars(select(Patient)).one().public_id, "asked for")
    assert [found(store, text) for text in ("4711", "smith", "mole")] == [set()] * 3
    assert found(store, "face") == {case_id}


def test_names_find_a_case_only_where_they_are_shown(store: Store) -> None:
    case_id = case(store, Outcome.REVIEW, about=About(reference="1"))
    with store.writing() as session:
        session.scalars(select(Patient)).one().name = "Émilie Groß"
    assert found(store, "emilie") == set()
    assert found(store, "EMILIE gross", names=True) == {case_id}


def test_who_reads_blind_finds_nothing_by_what_was_said(store: Store) -> None:
    case_id, ada = case(store, Outcome.REVIEW, about=About(site="face"), key="melanoma"), reader(store)
    with store.writing() as session:
        session.add(BlindedReader(account_id=ada.account_id, since=now()))
    assert found(store, "face", ada) == {case_id} and found(store, "melanoma", ada) == set()
    assert found(store, "melanoma") == {case_id}


def test_a_blinded_case_is_found_by_nothing_that_was_said(store: Store) -> None:
    case_id = case(store, Outcome.REVIEW, about=About(site="face"), key="melanoma")
    with store.writing() as session:
        session.scalars(select(Case)).one().blinded = True
    assert found(store, "melanoma") == set() and found(store, "face") == {case_id}


def test_what_was_never_kept_is_not_found(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as session:
        session.add(Patient(public_id="p", reference="ghost"))
        raise ZeroDivisionError
    assert found(store, "ghost") == set()


@given(st.text(max_size=60))
def test_words_are_folded_once_and_for_all(text: str) -> None:
    words = folded(text)
    assert folded(" ".join(words)) == words
    assert all(word and "\x00" not in word and len(word) <= 64 for word in words)


def test_a_case_is_found_by_what_is_said_last(store: Store) -> None:
    case_id = case(store, Outcome.REVIEW, key="nevus")
    say(store, case_id, Outcome.REVIEW, key="melanoma")
    assert found(store, "nevus") == set() and found(store, "melanoma") == {case_id}
