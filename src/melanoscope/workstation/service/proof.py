"""What histology has shown so far of what bundles said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from melanoscope.evaluation.intervals import proportions
from melanoscope.prediction import Outcome
from melanoscope.workstation.service.estimates import Estimate, drawn_with
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import Histology, SignedDecision
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import DecisionKind

FLAGGED = frozenset({Outcome.ALERT, Outcome.REVIEW})


@dataclass(frozen=True)
class MissedMelanoma:
    """A melanoma by histology that the bundle did not flag when it was first asked. `decision` is a person's last."""

    case_id: str
    site: str
    label: str
    outcome: Outcome
    melanoma: float | None
    decision: DecisionKind | None


@dataclass(frozen=True)
class HistologyFigures:
    """Of what was first said of cases with histology: `sensitivity` of ALERT or REVIEW for melanoma, and `alert_…` of
    ALERT alone; `ppv_…` is the share of those flagged that are melanomas.
    """

    cases: int
    melanomas: int
    sensitivity: Estimate
    alert_sensitivity: Estimate
    ppv_alert: Estimate
    ppv_flagged: Estimate
    missed: list[MissedMelanoma]


@dataclass(frozen=True)
class _Known:
    """A case with histology."""

    case: Case
    lesion: Lesion
    diagnosis: str
    outcome: Outcome
    melanoma: float | None

    @property
    def group(self) -> str:
        return drawn_with(self.lesion.id, self.lesion.patient_id)


def shown(session: Session) -> HistologyFigures:
    known = _known(session)
    melanoma = np.array([each.diagnosis == "melanoma" for each in known], dtype=bool)
    alert = np.array([each.outcome is Outcome.ALERT for each in known], dtype=bool)
    flagged = np.array([each.outcome in FLAGGED for each in known], dtype=bool)
    shares = {
        "sensitivity": (melanoma, flagged),
        "alert_sensitivity": (melanoma, alert),
        "ppv_alert": (alert, melanoma),
        "ppv_flagged": (flagged, melanoma),
    }
    figures = proportions([each.group for each in known], shares)
    missed = [each for each in known if each.diagnosis == "melanoma" and each.outcome not in FLAGGED]
    return HistologyFigures(
        cases=len(known),
        melanomas=int(melanoma.sum()),
        missed=_missed(session, missed),
        **{name: Estimate.of(figure) for name, figure in figures.items()},
    )


def _known(session: Session) -> list[_Known]:
    diagnoses = dict(session.execute(select(Histology.case_id, Histology.diagnosis).order_by(Histology.id)).all())
    said = _first_said(session)
    cases = session.execute(
        select(Case, Lesion).join(Lesion, Case.lesion_id == Lesion.id).where(Case.id.in_(select(Histology.case_id)))
    )
    return [_Known(case, lesion, diagnoses[case.id], *said[case.id]) for case, lesion in cases if case.id in said]


def _first_said(session: Session) -> dict[int, tuple[Outcome, float | None]]:
    """By case the most urgent of what was first said of its photographs, which no later bundle changes."""
    first = select(func.min(StoredPrediction.id)).group_by(StoredPrediction.photograph_id)
    asked = (
        select(Photograph.case_id, StoredPrediction.outcome, StoredPrediction.melanoma)
        .join(Photograph, StoredPrediction.photograph_id == Photograph.id)
        .where(StoredPrediction.id.in_(first), Photograph.case_id.in_(select(Histology.case_id)))
    )
    said: dict[int, list[tuple[Outcome, float | None]]] = defaultdict(list)
    for case_id, outcome, melanoma in session.execute(asked):
        said[case_id].append((outcome, melanoma))
    return {case_id: min(each, key=lambda one: (one[0].urgency, -(one[1] or 0.0))) for case_id, each in said.items()}


def _missed(session: Session, known: Sequence[_Known]) -> list[MissedMelanoma]:
    ids = [each.case.id for each in known]
    signed = select(SignedDecision.case_id, SignedDecision.kind).where(SignedDecision.case_id.in_(ids))
    kinds = dict(session.execute(signed.order_by(SignedDecision.id)).all())
    return [
        MissedMelanoma(
            each.case.public_id,
            each.lesion.site,
            each.lesion.label,
            each.outcome,
            each.melanoma,
            kinds.get(each.case.id),
        )
        for each in known
    ]
