"""Decisions are signed, never changed, and never made over what the reader has not seen."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import SYSTEM, Actor
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.service import deciding
from melanoscope.workstation.service.deciding import DecisionRequest
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.service.texts import TEXT
from melanoscope.workstation.store.operations import AuditEntry
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, DecisionKind
from station_cases import add, promote_shipped, take
from station_readers import reader, scored, seen

BIOPSY = DecisionRequest(DecisionKind.BIOPSY, "melanoma", "Atypical network.")
AGREE = DecisionRequest(DecisionKind.AGREE)


def decide(store: Store, actor: Actor, case_id: str, judgement: DecisionRequest, version: int | None = None) -> None:
    with store.writing() as session:
        deciding.decide(session, actor, case_id, judgement, version)


@pytest.fixture
def case_id(store: Store, kept: Photographs, photographs: list[Path]) -> str:
    return scored(store, kept, photographs[0])


def test_a_decision_keeps_who_when_and_what_the_bundle_had_said(store: Store, case_id: str) -> None:
    ada = reader(store, "ada")
    decide(store, ada, case_id, BIOPSY)
    case = seen(store, ada, case_id)
    assert (case.status, case.acknowledged_by) == (CaseStatus.DECIDED, "ada")
    (signed,) = case.decisions
    assert (signed.kind, signed.diagnosis, signed.reason) == (DecisionKind.BIOPSY, "melanoma", "Atypical network.")
    assert (signed.signed_by, signed.outcome, signed.blinded) == ("ada", Outcome.ALERT, False)
    with store.reading() as session:
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
    assert actions[-2:] == ["case.acknowledge", "case.decide"]


def test_an_amendment_needs_a_reason_and_stands_beside_what_it_amends(store: Store, case_id: str) -> None:
    ada = reader(store, "ada")
    decide(store, ada, case_id, BIOPSY)
    with pytest.raises(Invalid, match="An amendment needs a reason"):
        decide(store, ada, case_id, AGREE)
    decide(store, ada, case_id, DecisionRequest(DecisionKind.DISCHARGE, reason="Seen again: a haematoma."))
    case = seen(store, ada, case_id)
    assert [each.kind for each in case.decisions] == [DecisionKind.BIOPSY, DecisionKind.DISCHARGE]
    assert case.decision == case.decisions[1]


def test_of_two_who_decide_at_once_one_is_told_and_nothing_is_overwritten(store: Store, case_id: str) -> None:
    readers = [reader(store, "ada"), reader(store, "ben")]
    version = seen(store, readers[0], case_id).version
    told: list[str] = []

    def sign(actor: Actor) -> None:
        try:
            decide(store, actor, case_id, BIOPSY, version)
        except Conflict as error:
            told.append(str(error))

    threads = [threading.Thread(target=sign, args=(each,)) for each in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (signed,) = seen(store, readers[0], case_id).decisions
    assert told == [
        "This case has changed since you opened it, and nothing of yours was signed. "
        f"The last decision is {signed.signed_by}'s. Look at it again."
    ]


def test_an_amendment_of_a_decided_case_is_a_new_version_too(store: Store, case_id: str) -> None:
    ada, ben = reader(store, "ada"), reader(store, "ben")
    decide(store, ada, case_id, BIOPSY)
    version = seen(store, ben, case_id).version
    decide(store, ada, case_id, DecisionRequest(DecisionKind.REFER, reason="To the tumour board."), version)
    with pytest.raises(Conflict, match="changed since you opened it"):
        decide(store, ben, case_id, DecisionRequest(DecisionKind.DISCHARGE, reason="Benign."), version)


@pytest.mark.parametrize(
    ("judgement", "why"),
    [
        (DecisionRequest(DecisionKind.OVERRIDE, "nevus"), "needs a diagnosis and a reason"),
        (DecisionRequest(DecisionKind.OVERRIDE, reason="No."), "needs a diagnosis and a reason"),
        (DecisionRequest(DecisionKind.REFER, "wart"), "none of the diagnoses"),
        (DecisionRequest(DecisionKind.REFER, reason="x" * (TEXT + 1)), "4000 characters at most"),
    ],
)
def test_what_is_incomplete_is_not_signed(store: Store, case_id: str, judgement: DecisionRequest, why: str) -> None:
    ada = reader(store, "ada")
    with pytest.raises(Invalid, match=why):
        decide(store, ada, case_id, judgement)
    assert seen(store, ada, case_id).decisions == []


def test_nobody_decides_for_the_workstation_or_before_it_has_looked(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    promote_shipped(store)
    case_id = add(store, [take(kept, photographs[0])])
    with pytest.raises(Conflict, match="still being scored"):
        decide(store, reader(store, "ada"), case_id, BIOPSY)
    with pytest.raises(Invalid, match="signed by a person"):
        decide(store, SYSTEM, case_id, BIOPSY)


def test_a_second_reader_is_another_person(store: Store, case_id: str) -> None:
    ada, ben = reader(store, "ada"), reader(store, "ben")
    decide(store, ada, case_id, DecisionRequest(DecisionKind.DISCHARGE, "nevus", second_reader=True))
    assert seen(store, ada, case_id).status is CaseStatus.SECOND_READING
    with pytest.raises(Conflict, match="another person than the first"):
        decide(store, ada, case_id, AGREE)
    decide(store, ben, case_id, AGREE)
    case = seen(store, ben, case_id)
    assert case.status is CaseStatus.DECIDED
    assert [each.second_reading for each in case.decisions] == [False, True]
