"""The overview: what waits, whether people and bundle agree, and what histology has shown so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from melanoscope.evaluation.intervals import closed_proportion
from melanoscope.prediction import Outcome
from melanoscope.workstation.clock import now
from melanoscope.workstation.service import alert_settings, worklist
from melanoscope.workstation.service.drifting import DriftReport, drifting
from melanoscope.workstation.service.estimates import Estimate, drawn_with
from melanoscope.workstation.service.filters import UNACKNOWLEDGED
from melanoscope.workstation.service.proof import FLAGGED, HistologyFigures, shown
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.words import DecisionKind

DAYS = 30
"""Waiting times are those of the last days."""

RECENT = 1000
"""Agreement is of so many decisions, the last ones."""

_ACTS = frozenset({DecisionKind.REFER, DecisionKind.BIOPSY})


@dataclass(frozen=True)
class AlertFigures:
    """Alerts that nobody has acknowledged, those of them that are overdue, and when the oldest one was raised. Of those
    that were acknowledged in the last days: how many, and within how many minutes half and nine tenths of them.
    """

    open: int
    overdue: int
    oldest: datetime | None
    overdue_after_minutes: int
    acknowledged: int
    median_minutes: float | None
    ninety_percent_minutes: float | None


@dataclass(frozen=True)
class Agreement:
    """The share of cases in which a person's first decision was what the bundle's outcome asked for: of people who had
    seen it, and of people who had not; of the last `RECENT` of each.
    """

    aided: Estimate
    blinded: Estimate


@dataclass(frozen=True)
class Overview:
    """`open_cases` by outcome."""

    waiting: AlertFigures
    open_cases: dict[Outcome, int]
    agreement: Agreement
    histology: HistologyFigures
    drift: DriftReport


def overview(session: Session) -> Overview:
    return Overview(_waiting(session), worklist.counts(session), _agreement(session), shown(session), drifting(session))


def _waiting(session: Session) -> AlertFigures:
    settings = alert_settings.read(session)
    late = func.count().filter(Case.alerted_at <= now() - settings.patience)
    unseen, overdue, oldest = session.execute(
        select(func.count(), late, func.min(Case.alerted_at)).where(UNACKNOWLEDGED, Case.blinded.is_(False))
    ).one()
    seen = select(Case.alerted_at, Case.acknowledged_at).where(
        Case.blinded.is_(False), Case.alerted_at.is_not(None), Case.acknowledged_at >= now() - timedelta(days=DAYS)
    )
    minutes = [(seen_at - at).total_seconds() / 60 for at, seen_at in session.execute(seen) if at and seen_at]
    half, most = np.quantile(minutes, [0.5, 0.9]).tolist() if minutes else (None, None)
    return AlertFigures(unseen, overdue, oldest, settings.minutes, len(minutes), half, most)


def _agreement(session: Session) -> Agreement:
    return Agreement(aided=_agreed(session, blinded=False), blinded=_agreed(session, blinded=True))


def _agreed(session: Session, blinded: bool) -> Estimate:
    before = aliased(SignedDecision)
    is_first = ~exists().where(
        before.case_id == SignedDecision.case_id,
        before.id < SignedDecision.id,
        before.blinded.is_(blinded),
        before.second_reading.is_(False),
    )
    said = func.coalesce(SignedDecision.outcome, Case.outcome)
    asked = (
        select(SignedDecision.kind, said, Lesion.id, Lesion.patient_id)
        .join(Case, SignedDecision.case_id == Case.id)
        .join(Lesion, Case.lesion_id == Lesion.id)
        .where(SignedDecision.blinded.is_(blinded), SignedDecision.second_reading.is_(False), is_first)
        .where(said.is_not(None), Case.blinded.is_(False))
        .order_by(SignedDecision.id.desc())
        .limit(RECENT)
    )
    found = session.execute(asked).all()
    flags = np.array([_agrees(kind, outcome) for kind, outcome, *_ in found], dtype=bool)
    return Estimate.of(closed_proportion([drawn_with(lesion, patient) for *_, lesion, patient in found], flags))


def _agrees(kind: DecisionKind, said: Outcome) -> bool:
    """Who refers or excises agrees with ALERT and REVIEW; who wants another photograph, with what refuses this one."""
    if kind in (DecisionKind.AGREE, DecisionKind.OVERRIDE):
        return kind is DecisionKind.AGREE
    if kind is DecisionKind.RETAKE:
        return said in (Outcome.RETAKE, Outcome.UNREADABLE, Outcome.OUT_OF_SCOPE)
    return (kind in _ACTS) == (said in FLAGGED)
