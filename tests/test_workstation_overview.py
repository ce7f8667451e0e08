"""The overview says what waits, what histology has shown, and what drifts, with n and intervals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Result, event, select
from sqlalchemy.orm import ORMExecuteState, Session

import stations
from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.service import accounts, bundles, readings
from melanoscope.workstation.service import overview as overviews
from melanoscope.workstation.service.drifting import RECENT
from melanoscope.workstation.service.overview import Overview, overview
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.colours import PhotographColours
from melanoscope.workstation.store.decisions import Histology, SignedDecision
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, DecisionKind, Role
from station_cases import promote_shipped

A, R, N = Outcome.ALERT, Outcome.REVIEW, Outcome.ROUTINE


def put(session: Session, outcome: Outcome, melanoma: float = 0.3, light: float = 0.63, label: str = "") -> Case:
    """A case of one photograph, as if it had been scored."""
    case = Case(
        public_id=public_id(),
        lesion=Lesion(public_id=public_id(), created_at=now(), label=label),
        status=CaseStatus.OPEN,
        outcome=outcome,
        melanoma=melanoma,
        urgency=outcome.urgency,
        received_at=now(),
        alerted_at=now() - timedelta(hours=2) if outcome is A else None,
    )
    photograph = Photograph(public_id=public_id(), original_sha256="", original_name="", size=0, added_at=now())
    case.photographs = [photograph]
    session.add(case)
    session.flush()
    said = StoredPrediction(
        photograph_id=photograph.id,
        bundle_digest=bundles.promoted(session).digest,
        outcome=outcome,
        reason="",
        melanoma=melanoma,
        possible=[],
        quality=[],
        outlyingness=0.5,
        made_at=now(),
    )
    colours = PhotographColours(photograph_id=photograph.id, lightness=light, red_green=0.14, blue_green=-0.02)
    session.add_all([said, colours])
    return case


@pytest.fixture
def filled(store: Store) -> Store:
    promote_shipped(store)
    with store.writing() as session:
        ada = accounts.create(session, SYSTEM, accounts.NewAccount("ada", "", Role.READER))
        told = [(A, "melanoma"), (A, "nevus"), (R, "melanoma"), (N, "melanoma"), (N, "nevus")]
        for number, (outcome, diagnosis) in enumerate(told):
            case = put(session, outcome, label=f"lesion {number}")
            histology = Histology(
                case_id=case.id, diagnosis=diagnosis, remark="", recorded_at=now(), recorded_by_id=ada.id
            )
            kind = DecisionKind.DISCHARGE if outcome is N else DecisionKind.BIOPSY
            decision = SignedDecision(
                case_id=case.id,
                kind=kind,
                outcome=outcome,
                signed_at=now(),
                signed_by_id=ada.id,
                signed_as=ada.name,
                blinded=number == 0,
            )
            session.add_all([histology, decision])
        case.alerted_at, case.acknowledged_at = now() - timedelta(minutes=50), now() - timedelta(minutes=20)
    return store


def seen(store: Store) -> Overview:
    with store.reading() as session:
        return overview(session)


def rows_read(store: Store) -> int:
    """By one look at the overview."""
    read = 0

    def count(executed: ORMExecuteState) -> Result[Any]:
        nonlocal read
        found = executed.invoke_statement().freeze()
        read += len(found.data)
        return found()

    with store.reading() as session:
        event.listen(session, "do_orm_execute", count)
        overview(session)
    return read


def test_what_waits(filled: Store) -> None:
    waiting = seen(filled).waiting
    assert (waiting.open, waiting.overdue, waiting.acknowledged) == (2, 2, 1)
    assert waiting.median_minutes == pytest.approx(30, abs=0.1)
    assert seen(filled).open_cases[A] == 2


def test_what_histology_has_shown_names_the_melanomas_that_were_missed(filled: Store) -> None:
    shown = seen(filled).histology
    assert (shown.cases, shown.melanomas) == (5, 3)
    assert shown.sensitivity.n == 3
    assert shown.sensitivity.value == pytest.approx(2 / 3)
    assert (shown.ppv_alert.value, shown.ppv_alert.n) == (0.5, 2)
    assert shown.sensitivity.low is not None and shown.sensitivity.low < 2 / 3
    (missed,) = shown.missed
    assert (missed.label, missed.outcome, missed.decision) == ("lesion 3", N, DecisionKind.DISCHARGE)


def test_agreement_is_of_those_who_saw_the_outcome_and_of_those_who_did_not(filled: Store) -> None:
    agreement = seen(filled).agreement
    assert (agreement.aided.value, agreement.aided.n) == (1.0, 4)
    assert (agreement.blinded.value, agreement.blinded.n) == (1.0, 1)


def test_a_case_that_is_read_blind_counts_nowhere(filled: Store) -> None:
    with filled.writing() as session:
        for case in session.scalars(select(Case)):
            readings.set_case_blind(session, SYSTEM, case.public_id, True)
    found = seen(filled)
    assert (found.waiting.open, found.waiting.acknowledged, sum(found.open_cases.values())) == (0, 0, 0)
    assert (found.agreement.aided.n, found.agreement.blinded.n, found.histology.cases) == (0, 0, 0)
    assert not found.histology.missed


def test_agreement_is_of_the_last_decisions_and_only_of_the_first_on_a_case(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled.writing() as session:
        signed = session.scalars(select(SignedDecision).order_by(SignedDecision.id)).all()
        for decision in signed:  # all that were first agree
            kept = ("case_id", "outcome", "signed_by_id", "signed_as", "blinded")
            later = {name: getattr(decision, name) for name in kept}
            session.add(SignedDecision(**later, kind=DecisionKind.OVERRIDE, signed_at=now()))
    assert (seen(filled).agreement.aided.value, seen(filled).agreement.aided.n) == (1.0, 4)
    monkeypatch.setattr(overviews, "RECENT", 3)
    assert seen(filled).agreement.aided.n == 3


def test_the_overview_reads_no_more_rows_when_there_are_more_cases(filled: Store) -> None:
    """But for cases with histology, and alerts of late."""
    with filled.writing() as session:
        for _ in range(RECENT):
            put(session, N)
    few = rows_read(filled)
    with filled.writing() as session:
        for _ in range(2 * RECENT):
            put(session, N)
    assert rows_read(filled) == few


def test_what_was_said_first_counts_whatever_is_said_later(filled: Store) -> None:
    before = seen(filled).histology
    with filled.writing() as session:
        first = session.get_one(StoredPrediction, 4)
        kept = {
            name: getattr(first, name) for name in ("photograph_id", "bundle_digest", "reason", "possible", "quality")
        }
        session.add(StoredPrediction(**kept, round=1, outcome=A, melanoma=0.9, outlyingness=0, made_at=now()))
    assert seen(filled).histology == before


def test_a_darker_light_is_told_and_the_same_one_is_not(store: Store) -> None:
    promote_shipped(store)
    with store.writing() as session:
        for number in range(RECENT):
            put(session, R, light=0.63 + 0.09 * (number % 5 - 2))
    assert "lightness" not in {each.name for each in seen(store).drift.bundle if each.warns}
    assert not seen(store).drift.start
    with store.writing() as session:
        for number in range(RECENT):
            put(session, R, light=0.55 + 0.09 * (number % 5 - 2))
    told = seen(store).drift
    assert "lightness" in {each.name for each in told.bundle if each.warns}
    assert [each.name for each in told.start if each.warns] == ["lightness"]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada")
        yield opened


def test_the_page_and_the_api_say_what_is_not_known_yet(client: TestClient) -> None:
    page = client.get("/overview")
    assert page.status_code == 200
    assert "not known yet" in page.text and "too few to say" in page.text
    answer = client.get("/api/v1/overview").json()
    assert answer["histology"]["sensitivity"]["value"] is None
    assert answer["waiting"]["open"] == 0
