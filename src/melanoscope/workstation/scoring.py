"""Scoring: photographs that wait are asked of the bundle that speaks, and what it says is kept exactly once."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from melanoscope.prediction import Finding, Prediction, Unreadable
from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.arrays import pack
from melanoscope.workstation.asking import Asker
from melanoscope.workstation.clock import now
from melanoscope.workstation.colours import measured
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.queue import Lease
from melanoscope.workstation.service import bundles, silence
from melanoscope.workstation.service.speaking import settle
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.predictions import InstalledBundle, StoredPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import JobKind

_ORDER = (JobKind.SCORE, JobKind.RESCORE, JobKind.SILENT)
"""Whoever is new must not wait for the old."""


class Scorer:
    """Asks bundles of what waits, in as many threads as call it."""

    def __init__(self, store: Store, photographs: Photographs) -> None:
        self._store = store
        self._photographs = photographs
        self._asker = Asker(photographs, store.bundles)

    def work(self) -> bool:
        """Ask of the photograph that waits longest; whether there was one."""
        with self._store.leasing() as session:
            kind, mine = _next(session)
        if mine is None:
            return False
        with self._store.reading() as session:
            photograph = session.get_one(Photograph, mine.subject_id)
            bundle = None if photograph.erased_at else _asked(session, kind)
        finding = self._asker.ask(bundle, photograph, mine) if bundle else None
        colours = measured(self._photographs, photograph) if kind is JobKind.SCORE else None
        with self._store.writing() as session:
            if queue.finish(session, mine) and bundle and finding:
                _KEEP[kind](session, photograph.id, bundle.digest, finding)
                if colours:
                    session.merge(colours)
        return True


def _next(session: Session) -> tuple[JobKind, Lease | None]:
    leases = ((kind, queue.lease(session, kind)) for kind in _ORDER)
    return next(((kind, mine) for kind, mine in leases if mine), (JobKind.SCORE, None))


def _asked(session: Session, kind: JobKind) -> InstalledBundle | None:
    return bundles.silent(session) if kind is JobKind.SILENT else bundles.promoted(session)


def keep(session: Session, photograph_id: int, digest: str, finding: Finding) -> None:
    """Keep what the bundle `digest` said of a new photograph, and give its case its outcome; once only.

    The bundle that runs in silence is asked too, if there is one.
    """
    if not _rounds(session, photograph_id, digest):
        _keep(session, "photograph.score", _row(photograph_id, digest, finding))
        silence.follow(session, photograph_id)


def keep_again(session: Session, photograph_id: int, digest: str, finding: Finding) -> None:
    """Keep what the bundle `digest` says of a photograph of which another was the last to speak; what that one said
    stays. What cannot be read now is no news: then nothing changes.
    """
    if isinstance(finding.answer, Unreadable):
        return
    last = select(StoredPrediction.bundle_digest).where(StoredPrediction.photograph_id == photograph_id)
    if session.scalar(last.order_by(StoredPrediction.id.desc()).limit(1)) != digest:
        row = _row(photograph_id, digest, finding)
        row.round = _rounds(session, photograph_id, digest)
        _keep(session, "photograph.rescore", row)


_KEEP = {JobKind.SCORE: keep, JobKind.RESCORE: keep_again, JobKind.SILENT: silence.keep}


def _keep(session: Session, action: str, row: StoredPrediction) -> None:
    photograph = session.get_one(Photograph, row.photograph_id)
    case = session.get_one(Case, photograph.case_id)
    if photograph.erased_at:  # while it was scored
        return
    session.add(row)
    session.flush()
    settle(session, case)
    detail = {"photograph": photograph.public_id, "outcome": row.outcome.value, "bundle": row.bundle_digest}
    audit_log.append(session, SYSTEM, action, f"case:{case.public_id}", detail)


def _rounds(session: Session, photograph_id: int, digest: str) -> int:
    """How often the bundle has been asked of it."""
    said = select(func.count()).where(
        StoredPrediction.photograph_id == photograph_id, StoredPrediction.bundle_digest == digest
    )
    return session.scalar(said) or 0


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
