"""Photographs are scored exactly once, by the bundle that speaks, and the most urgent one speaks for its case."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from melanoscope.bundle import Bundle
from melanoscope.inference.decision import decide
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Outcome, Prediction
from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.arrays import unpack
from melanoscope.workstation.clock import now
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.scoring import Scorer
from melanoscope.workstation.service import bundles
from melanoscope.workstation.store.cases import UNSCORED, Case
from melanoscope.workstation.store.operations import AuditEntry, Job
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, JobKind
from station_cases import add, promote, promote_shipped, take


def score_all(store: Store, kept: Photographs) -> None:
    scorer = Scorer(store, kept)
    while scorer.work():
        pass


def case_of(store: Store, public_id: str) -> Case:
    with store.reading() as session:
        return session.scalars(select(Case).where(Case.public_id == public_id)).one()


def predictions(store: Store) -> list[StoredPrediction]:
    with store.reading() as session:
        said = select(StoredPrediction).options(undefer(StoredPrediction.saliency))
        return list(session.scalars(said.order_by(StoredPrediction.photograph_id)))


def test_what_is_kept_is_what_the_bundle_says_of_the_file_as_it_came(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    promote_shipped(store)
    for path in photographs[:2]:
        add(store, [take(kept, path)])
    score_all(store, kept)
    bundle = Bundle.shipped()
    for said, row in zip(Predictor(bundle).predict(photographs[:2]), predictions(store), strict=True):
        assert isinstance(said, Prediction) and said.saliency is not None and row.saliency is not None
        assert (row.outcome, row.reason) == tuple(vars(decide(said, bundle.description.operating_points)).values())
        np.testing.assert_allclose(np.array(row.probabilities), said.probabilities)
        np.testing.assert_array_equal(unpack(row.saliency), said.saliency)
        assert row.bundle_digest == bundle.digest


def test_the_most_urgent_photograph_speaks_for_its_case(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    promote_shipped(store)
    case_id = add(store, [take(kept, path) for path in photographs[:6]])
    before = case_of(store, case_id)
    assert (before.status, before.outcome, before.urgency) == (CaseStatus.SCORING, None, UNSCORED)
    score_all(store, kept)
    rows, case = predictions(store), case_of(store, case_id)
    best = min(rows, key=lambda row: (row.outcome.urgency, -(row.melanoma or 0)))
    assert (case.outcome, case.melanoma, case.speaking_id) == (best.outcome, best.melanoma, best.photograph_id)
    assert (case.status, case.urgency) == (CaseStatus.OPEN, best.outcome.urgency)


def test_what_cannot_be_read_is_unreadable_and_not_lost(
    store: Store, kept: Photographs, photographs: list[Path], tmp_path: Path
) -> None:
    promote_shipped(store)
    damaged = add(store, [kept.take("cut.jpg", photographs[0].read_bytes()[:3000])])
    gone = take(kept, photographs[1])
    vanished = add(store, [gone])
    (tmp_path / "photographs" / str(gone.sha256)[:2] / str(gone.sha256)).unlink()
    score_all(store, kept)
    assert case_of(store, damaged).outcome is case_of(store, vanished).outcome is Outcome.UNREADABLE
    assert [row.reason for row in predictions(store)] == ["the file is truncated", "its stored file has gone"]


def test_two_workers_score_each_photograph_once(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    promote_shipped(store)
    case_id = add(store, [take(kept, path) for path in photographs[:10]])
    threads = [threading.Thread(target=score_all, args=(store, kept)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(predictions(store)) == 10
    assert case_of(store, case_id).status is CaseStatus.OPEN
    with store.reading() as session:
        assert not audit_log.verify(session).fault
        scored = select(func.count()).where(AuditEntry.action == "photograph.score")
        assert session.scalar(scored) == 10


def test_a_worker_that_was_killed_in_between_costs_nothing_and_doubles_nothing(
    store: Store, kept: Photographs, photographs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    promote_shipped(store)
    add(store, [take(kept, photographs[0])])
    with store.writing() as session:
        queue.lease(session, JobKind.SCORE)  # and here it is killed
    score_all(store, kept)
    assert predictions(store) == []
    later = now() + queue.LEASE + timedelta(seconds=1)
    monkeypatch.setattr(queue, "now", lambda: later)
    score_all(store, kept)
    assert len(predictions(store)) == 1


def test_a_photograph_that_kills_every_worker_is_unreadable_at_last(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    promote_shipped(store)
    case_id = add(store, [take(kept, photographs[0])])
    with store.writing() as session:
        session.scalars(select(Job)).one().attempts = queue.ATTEMPTS
    score_all(store, kept)
    assert case_of(store, case_id).outcome is Outcome.UNREADABLE
    assert "interrupted" in predictions(store)[0].reason


def test_another_bundle_speaks_from_its_promotion_on_and_what_was_said_stays(
    store: Store, kept: Photographs, photographs: list[Path], toy: Bundle
) -> None:
    promote_shipped(store)
    add(store, [take(kept, photographs[0])])
    scorer = Scorer(store, kept)
    scorer.work()
    promote(store, toy)
    add(store, [take(kept, photographs[0])])
    scorer.work()
    assert [row.bundle_digest for row in predictions(store)] == [Bundle.shipped().digest, toy.digest]


def test_a_newer_package_brings_its_own_bundle_but_displaces_no_chosen_one(
    store: Store, toy: Bundle, sibling: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote_shipped(store)
    monkeypatch.setattr(Bundle, "shipped", lambda: replace(toy))
    promote_shipped(store)
    with store.reading() as session:
        assert bundles.promoted(session).digest == toy.digest
    promote(store, sibling)
    promote_shipped(store)
    with store.reading() as session:
        assert bundles.promoted(session).digest == sibling.digest
