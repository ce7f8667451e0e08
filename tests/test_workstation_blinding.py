"""Who reads blind learns nothing of what the bundle and others said before they have committed a reading."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from melanoscope.prediction import Decision, Finding, Outcome
from melanoscope.workstation.actor import SYSTEM, Actor
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.scoring import keep
from melanoscope.workstation.service import (
    adding,
    alerts,
    auditing,
    bundles,
    cases,
    deciding,
    deliveries,
    histology,
    pictures,
    readings,
    report,
    similar,
    worklist,
)
from melanoscope.workstation.service.auditing import Sought
from melanoscope.workstation.service.deciding import DecisionRequest
from melanoscope.workstation.service.deliveries import EventType
from melanoscope.workstation.service.errors import Conflict, Invalid, NotFound
from melanoscope.workstation.service.filters import Filter
from melanoscope.workstation.service.report import Form
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, DecisionKind, Role
from station_cases import take
from station_readers import prediction, reader, scored, seen

UNAIDED = DecisionRequest(DecisionKind.DISCHARGE, "nevus", "Regular network.")
AIDED = DecisionRequest(DecisionKind.BIOPSY, "melanoma", "The map made me look again.")


def decide(store: Store, actor: Actor, case_id: str, judgement: DecisionRequest) -> None:
    with store.writing() as session:
        deciding.decide(session, actor, case_id, judgement)


def blind_reader(store: Store, name: str, role: Role = Role.READER, blind: bool = True) -> Actor:
    made = reader(store, name, role)
    with store.writing() as session:
        readings.set_blind(session, SYSTEM, name, blind)
    return made


def scored_too(store: Store, kept: Photographs, case_id: str, path: Path) -> str:
    """The id of another photograph of the case, which speaks."""
    with store.writing() as session:
        (made,) = adding.add_photographs(session, SYSTEM, case_id, [take(kept, path)])
        said = Finding(prediction(0.9), Decision(Outcome.ALERT, "said in a test"))
        keep(session, cases.find_photograph(session, made).id, bundles.promoted(session).digest, said)
    return made


def told_of(store: Store, actor: Actor, case_id: str) -> tuple[bool, int, int]:
    """Whether the audit log tells of the case, and how many readings and deliveries there are to be seen."""
    log = auditing.page(store, actor, Sought()).entries
    with store.reading() as session:
        sent = deliveries.recent(session, actor).deliveries
        is_told = any(entry.subject == f"case:{case_id}" for entry in log)
        return is_told, len(readings.readings(session, actor)), len(sent)


@pytest.fixture
def case_id(store: Store, kept: Photographs, photographs: list[Path]) -> str:
    return scored(store, kept, photographs[0])


def test_a_case_is_veiled_until_a_reading_is_committed(store: Store, case_id: str) -> None:
    ada, ben = blind_reader(store, "ada"), reader(store, "ben")
    decide(store, ben, case_id, AIDED)
    veiled = seen(store, ada, case_id)
    assert veiled.veiled and veiled.speaking is None and veiled.outcome is None and veiled.melanoma is None
    assert veiled.decisions == [] and veiled.acknowledged_at is None and veiled.acknowledged_by is None
    assert [each.prediction for each in veiled.photographs] == [None]
    decide(store, ada, case_id, UNAIDED)
    case = seen(store, ada, case_id)
    assert not case.veiled and case.outcome is Outcome.ALERT and case.speaking
    assert [(each.signed_by, each.blinded) for each in case.decisions] == [("ben", False), ("ada", True)]
    assert case.decision == case.decisions[0]


def test_a_blinded_reading_decides_nothing_and_acknowledges_no_alert(store: Store, case_id: str) -> None:
    ada = blind_reader(store, "ada")
    decide(store, ada, case_id, UNAIDED)
    case = seen(store, ada, case_id)
    assert (case.status, case.acknowledged_at, case.decision) == (CaseStatus.OPEN, None, None)
    decide(store, ada, case_id, AIDED)
    assert seen(store, ada, case_id).status is CaseStatus.DECIDED


@pytest.mark.parametrize(
    ("judgement", "why"),
    [
        (DecisionRequest(DecisionKind.AGREE, "nevus"), "is one of refer, biopsy, retake, discharge"),
        (DecisionRequest(DecisionKind.DISCHARGE), "needs a diagnosis"),
    ],
)
def test_there_is_nothing_yet_to_agree_with(store: Store, case_id: str, judgement: DecisionRequest, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        decide(store, blind_reader(store, "ada"), case_id, judgement)


def test_no_other_way_tells_what_the_bundle_said(store: Store, case_id: str) -> None:
    ada = blind_reader(store, "ada")
    photograph = seen(store, ada, case_id).photographs[0].id
    found = histology.HistologyRequest("nevus", seen(store, ada, case_id).received_at.date())
    with store.writing() as session:
        for ask in (
            lambda: pictures.activation_map(session, ada, photograph),
            lambda: report.make(session, ada, case_id, Form.PDF),
            lambda: deciding.acknowledge(session, ada, case_id),
            lambda: histology.record(session, ada, case_id, found),
        ):
            with pytest.raises(Conflict, match="You read this case blind"):
                ask()
    with pytest.raises(Conflict, match="You read this case blind"):
        similar.nearest(store, ada, case_id)


def test_the_list_of_who_reads_blind_is_in_the_order_of_arrival(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    ada, ben = blind_reader(store, "ada"), reader(store, "ben")
    outcomes = (Outcome.ROUTINE, Outcome.ALERT, Outcome.REVIEW)
    ids = [scored(store, kept, path, outcome) for path, outcome in zip(photographs, outcomes, strict=False)]
    with store.reading() as session:
        blind, other = (worklist.page(session, each, Filter()) for each in (ada, ben))
        assert [row.id for row in other.cases] == [ids[1], ids[2], ids[0]]
        assert [row.id for row in blind.cases] == ids
        assert {(row.veiled, row.outcome, row.melanoma) for row in blind.cases} == {(True, None, None)}
        first = worklist.page(session, ada, Filter(), limit=2)
        assert [row.id for row in worklist.page(session, ada, Filter(), first.next).cases] == ids[2:]
        with pytest.raises(Invalid, match="You read blind"):
            worklist.page(session, ada, Filter(outcome=Outcome.ALERT))


def test_a_second_reading_can_be_blind_and_waits_first_in_the_list(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    ada, ben = reader(store, "ada"), reader(store, "ben")
    alert, routine = (
        scored(store, kept, photographs[i], each) for i, each in enumerate([Outcome.ALERT, Outcome.ROUTINE])
    )
    decide(store, ada, routine, DecisionRequest(DecisionKind.DISCHARGE, second_reader=True, blind=True))
    with store.reading() as session:
        rows = worklist.page(session, ben, Filter()).cases
    assert [(row.id, row.veiled) for row in rows] == [(routine, True), (alert, False)]
    assert not seen(store, ada, routine).veiled
    decide(store, ben, routine, UNAIDED)
    decide(store, ben, routine, AIDED)
    case = seen(store, ben, routine)
    assert case.status is CaseStatus.DECIDED
    assert [(each.signed_by, each.blinded, each.second_reading) for each in case.decisions] == [
        ("ada", False, False),
        ("ben", True, True),
        ("ben", False, True),
    ]


def test_readings_without_and_with_the_bundle_stand_side_by_side(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    ada = blind_reader(store, "ada")
    ids = [scored(store, kept, photographs[i]) for i in range(3)]
    for case_id in ids:
        decide(store, ada, case_id, UNAIDED)
    decide(store, ada, ids[0], AIDED)
    decide(store, ada, ids[1], DecisionRequest(DecisionKind.AGREE))
    with store.writing() as session:
        found = histology.HistologyRequest("melanoma", seen(store, ada, ids[0]).received_at.date(), 0.4)
        histology.record(session, ada, ids[0], found)
        listed = readings.readings(session, ada)
        table = list(csv.DictReader(StringIO("".join(readings.table(session, ada)))))
        first = readings.page(session, ada, limit=2)
        second = readings.page(session, ada, first.next)
    assert first.readings + second.readings == listed[::-1] and second.next is None
    assert [(each.unaided_diagnosis, each.aided_diagnosis) for each in listed] == [
        ("nevus", "melanoma"),
        ("nevus", "melanoma"),  # who agrees without naming one takes the bundle's
        ("nevus", None),
    ]
    assert [(each.outcome, each.melanoma) for each in listed][1:] == [(Outcome.ALERT, 0.6), (None, None)]
    compared = readings.compare(listed)
    assert (compared.changed.value, compared.changed.n) == (1, 2)
    assert (compared.unaided_right.value, compared.aided_right.value, compared.aided_right.n) == (0, 1, 1)
    assert [row["case"] for row in table] == ids and table[0]["histology"] == "melanoma"


def test_a_version_and_a_photograph_tell_nothing(
    store: Store, kept: Photographs, photographs: list[Path], case_id: str
) -> None:
    """Of two photographs the second speaks, and is a copy; and somebody acknowledges the alert."""
    ada, ben = blind_reader(store, "ada"), reader(store, "ben")
    first = seen(store, ben, case_id).photographs[0].id
    second = scored_too(store, kept, case_id, photographs[0])
    opened = seen(store, ada, case_id)
    assert seen(store, ben, case_id).photographs[1].speaks and seen(store, ben, case_id).photographs[1].copy
    assert [(each.speaks, each.copy) for each in opened.photographs] == [(False, None)] * 2
    with store.writing() as session:
        deciding.acknowledge(session, ben, case_id)
        rows = [worklist.page(session, each, Filter()).cases[0] for each in (ada, ben)]
    assert [row.photograph for row in rows] == [first, second]
    assert seen(store, ada, case_id) == opened
    with store.writing() as session:
        deciding.decide(session, ada, case_id, UNAIDED, opened.version)


def test_only_who_has_signed_finds_a_case_for_who_reads_blind(store: Store, case_id: str) -> None:
    ada, ben = blind_reader(store, "ada"), reader(store, "ben")
    with store.writing() as session:
        deciding.acknowledge(session, ben, case_id)
        found = [worklist.page(session, each, Filter(reader="ben")).cases for each in (ada, ben)]
    assert [len(each) for each in found] == [0, 1]


def test_who_audits_and_reads_blind_is_told_of_no_case(store: Store, case_id: str) -> None:
    ben = reader(store, "ben")
    with store.writing() as session:
        deliveries.keep(session, [None], EventType.RAISED, {"case": case_id})
        readings.set_case_blind(session, SYSTEM, case_id, True)
        deciding.decide(session, ben, case_id, UNAIDED)
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        seeing, blind = (blind_reader(store, f"{name}-{role}", role, name == "blind") for name in ("seeing", "blind"))
        if role is Role.AUDITOR:
            assert told_of(store, seeing, case_id) == (True, 1, 1)
        else:  # who may read as well reads this case blind like everybody
            assert told_of(store, seeing, case_id) == (False, 0, 0)
        assert told_of(store, blind, case_id) == (False, 0, 0)


def test_a_single_case_is_read_blind_by_everybody_until_it_is_decided(store: Store, case_id: str) -> None:
    ada, ben = reader(store, "ada"), reader(store, "ben")
    with store.writing() as session:
        readings.set_case_blind(session, SYSTEM, case_id, True)
        assert alerts.standing(session).open == 0
        assert not worklist.page(session, ada, Filter(unacknowledged=True)).cases
        (row,) = worklist.page(session, ada, Filter()).cases
        assert row.veiled and alerts.any_overdue(session) is False
    assert seen(store, ada, case_id).veiled and seen(store, ben, case_id).veiled
    decide(store, ada, case_id, UNAIDED)
    assert not seen(store, ada, case_id).veiled and seen(store, ben, case_id).veiled
    decide(store, ada, case_id, AIDED)
    assert not seen(store, ben, case_id).veiled
    assert [(each.signed_by, each.blinded) for each in seen(store, ben, case_id).decisions] == [
        ("ada", True),
        ("ada", False),
    ]


def test_a_case_that_was_blinded_can_be_seen_again(store: Store, case_id: str) -> None:
    with store.writing() as session:
        before = cases.find(session, case_id).urgency
        for blind in (True, False):
            readings.set_case_blind(session, SYSTEM, case_id, blind)
        assert cases.find(session, case_id).urgency == before
        assert alerts.standing(session).open == 1
    assert not seen(store, reader(store, "ada"), case_id).veiled


def test_who_reads_blind_can_see_again(store: Store, case_id: str) -> None:
    ada = blind_reader(store, "ada")
    with store.writing() as session:
        readings.set_blind(session, SYSTEM, "ada", True)
        readings.set_blind(session, SYSTEM, "ada", False)
        assert readings.readers(session) == [readings.ReaderBlinding("ada", False)]
        with pytest.raises(NotFound):
            readings.set_blind(session, SYSTEM, "nobody", True)
    assert not seen(store, ada, case_id).veiled
    with store.reading() as session:
        assert cases.find(session, case_id).blinded is False
