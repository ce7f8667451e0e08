"""What histology has shown so far of what bundles said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.evaluation.intervals import closed_proportions
from melanoscope.prediction import Outcome
from melanoscope.workstation.service.estimates import Estimate, drawn_with
from melanoscope.workstation.service.speaking import is_first
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import Histology, SignedDecision
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import DecisionKind

MELANOMA = "melanoma"
"""The diagnosis that is not to be missed."""

FLAGGED = frozenset({Outcome.ALERT, Outcome.REVIEW})


@dataclass(frozen=True)
class MissedMelanoma:
    """A melanoma by histology that the bundle did not flag when it was first asked. `decision` is a person's last."""

    case: str
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
    """A case with histology, and the most urgent of what was first said of its photographs."""

    case_id: int
    group: str
    is_melanoma: bool
    outcome: Outcome
    melanoma: float | None


def shown(session: Session) -> HistologyFigures:
    known = _known(session)
    melanoma = np.array([each.is_melanoma for each in known], dtype=bool)
    alert = np.array([each.outcome is Outcome.ALERT for each in known], dtype=bool)
    flagged = np.array([each.outcome in FLAGGED for each in known], dtype=bool)
    shares = {
        "sensitivity": (melanoma, flagged),
        "alert_sensitivity": (melanoma, alert),
        "ppv_alert": (alert, melanoma),
        "ppv_flagged": (flagged, melanoma),
    }
    figures = closed_proportions([each.group for each in known], shares)
    return HistologyFigures(
        cases=len(known),
        melanomas=int(melanoma.sum()),
        missed=_missed(session, known),
        **{name: Estimate.of(figure) for name, figure in figures.items()},
    )


def _known(session: Session) -> list[_Known]:
    """But for those that are to be read blind. What was first said no later bundle changes."""
    diagnoses = dict(session.execute(select(Histology.case_id, Histology.diagnosis).order_by(Histology.id)).all())
    asked = (
        select(Case.id, Lesion.id, Lesion.patient_id, StoredPrediction.outcome, StoredPrediction.melanoma)
        .join(Lesion, Case.lesion_id == Lesion.id)
        .join(Photograph, Photograph.case_id == Case.id)
        .join(StoredPrediction, StoredPrediction.photograph_id == Photograph.id)
        .where(Case.id.in_(select(Histology.case_id)), Case.blinded.is_(False), is_first())
        .order_by(Case.id)
    )
    said = [
        _Known(case_id, drawn_with(lesion_id, patient_id), diagnoses[case_id] == MELANOMA, outcome, melanoma)
        for case_id, lesion_id, patient_id, outcome, melanoma in session.execute(asked)
    ]
    of_cases = groupby(said, key=lambda each: each.case_id)
    return [min(each, key=lambda one: (one.outcome.urgency, -(one.melanoma or 0.0))) for _, each in of_cases]


def _missed(session: Session, known: Sequence[_Known]) -> list[MissedMelanoma]:
    missed = {each.case_id: each for each in known if each.is_melanoma and each.outcome not in FLAGGED}
    signed = select(SignedDecision.case_id, SignedDecision.kind).where(SignedDecision.case_id.in_(missed))
    kinds = dict(session.execute(signed.order_by(SignedDecision.id)).all())
    named = select(Case.id, Case.public_id, Lesion.site, Lesion.label).join(Lesion, Case.lesion_id == Lesion.id)
    return [
        MissedMelanoma(public_id, site, label, missed[id_].outcome, missed[id_].melanoma, kinds.get(id_))
        for id_, public_id, site, label in session.execute(named.where(Case.id.in_(missed)).order_by(Case.id))
    ]
