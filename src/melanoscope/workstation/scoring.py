"""Scoring: photographs that wait are asked of the bundle that speaks, and what it says is kept exactly once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from threading import Lock

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.inference.decision import decide
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Finding, Prediction, Unreadable
from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.arrays import pack
from melanoscope.workstation.clock import now
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.queue import Lease
from melanoscope.workstation.service import bundles
from melanoscope.workstation.service.speaking import settle
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import JobKind


class Scorer:
    """Scores what waits, in as many threads as call it. The bundle is loaded when a photograph needs it."""

    def __init__(self, store: Store, photographs: Photographs) -> None:
        self._store = store
        self._photographs = photographs
        self._loading = Lock()
        self._predictor: Predictor | None = None

    def work(self) -> bool:
        """Score the oldest photograph that waits; whether there was one."""
        with self._store.writing() as session:
            mine = queue.lease(session, JobKind.SCORE)
        if mine is None:
            return False
        with self._store.reading() as session:
            photograph = session.get_one(Photograph, mine.subject_id)
        predictor = self._speaking()
        finding = self._finding(predictor, photograph, mine)
        with self._store.writing() as session:
            if queue.finish(session, mine):
                keep(session, photograph.id, predictor.ensemble.digest, finding)
        return True

    def _speaking(self) -> Predictor:
        with self._store.reading() as session:
            installed = bundles.promoted(session)
        with self._loading:
            if self._predictor is None or self._predictor.ensemble.digest != installed.digest:
                self._predictor = Predictor(bundles.load(installed))
            return self._predictor

    def _finding(self, predictor: Predictor, photograph: Photograph, mine: Lease) -> Finding:
        answer = self._answer(predictor, photograph, mine)
        return Finding(answer, decide(answer, predictor.ensemble.description.operating_points))

    def _answer(self, predictor: Predictor, photograph: Photograph, mine: Lease) -> Prediction | Unreadable:
        """A file that could not be kept, or that kills whoever reads it, is unreadable."""
        if photograph.sha256 is None:
            return Unreadable(Path(), photograph.unreadable or "its file was not kept")
        if mine.exhausted:
            return Unreadable(Path(), f"its scoring was interrupted {queue.ATTEMPTS} times")
        (answer,) = predictor.predict([Path(photograph.sha256)], lambda path: self._photographs.read(path.name))
        return answer


def keep(session: Session, photograph_id: int, digest: str, finding: Finding) -> None:
    """Keep what the bundle `digest` said of a photograph, and give its case its outcome; once only."""
    photograph = session.get_one(Photograph, photograph_id)
    case = session.get_one(Case, photograph.case_id, with_for_update=True, populate_existing=True)
    same = select(StoredPrediction.id).where(
        StoredPrediction.photograph_id == photograph_id, StoredPrediction.bundle_digest == digest
    )
    if session.scalar(same) is not None:
        return
    session.add(_row(photograph_id, digest, finding))
    session.flush()
    settle(session, case)
    detail = {"photograph": photograph.public_id, "outcome": finding.decision.outcome.value, "bundle": digest}
    audit_log.append(session, SYSTEM, "photograph.score", f"case:{case.public_id}", detail)


def _row(photograph_id: int, digest: str, finding: Finding) -> StoredPrediction:
    answer, decision = finding.answer, finding.decision
    row = StoredPrediction(
        photograph_id=photograph_id,
        bundle_digest=digest,
        outcome=decision.outcome,
        reason=decision.reason,
        possible=[],
        quality=[],
        outlyingness=0.0,
        made_at=now(),
    )
    if isinstance(answer, Prediction):
        row.melanoma, row.diagnosis, row.outlyingness = answer.melanoma, answer.diagnosis.key, answer.outlyingness
        row.probabilities = answer.probabilities.tolist()
        row.possible = [diagnosis.key for diagnosis in answer.possible]
        row.quality = [asdict(issue) for issue in answer.quality]
        row.saliency = None if answer.saliency is None else pack(answer.saliency)
        row.features = None if answer.features is None else pack(answer.features.astype(np.float16))
    return row
