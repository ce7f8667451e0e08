"""One case, as a person opens it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.diagnosis import KEYS
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service import copies
from melanoscope.workstation.service.blinding import veiled
from melanoscope.workstation.service.copies import RepeatedPhotograph
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.service.views import (
    BundleView,
    CaseView,
    DecisionView,
    DiagnosisProbability,
    HistologyView,
    PatientView,
    PhotographView,
    PredictionView,
)
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import Histology, SignedDecision
from melanoscope.workstation.store.patients import Patient
from melanoscope.workstation.store.predictions import InstalledBundle, StoredPrediction


def find(session: Session, public_id: str) -> Case:
    """NotFound where there is none."""
    case = session.scalar(select(Case).where(Case.public_id == public_id))
    if case is None:
        raise NotFound
    return case


def find_photograph(session: Session, public_id: str) -> Photograph:
    """NotFound where there is none."""
    photograph = session.scalar(select(Photograph).where(Photograph.public_id == public_id))
    if photograph is None:
        raise NotFound
    return photograph


def open_case(session: Session, actor: Actor, public_id: str, names: bool = False) -> CaseView:
    """What `actor` now sees, with `names` the patient's name too, which the audit log notes; NotFound where there is no
    such case.
    """
    case = find(session, public_id)
    seen = view(session, actor, case, names)
    audit_log.append(session, actor, "case.view", f"case:{case.public_id}", {"veiled": seen.veiled, "names": names})
    return seen


def view(session: Session, actor: Actor, case: Case, names: bool = False) -> CaseView:
    """What `actor` may see of it now."""
    seen = _whole(session, case, names)
    return _veiled(seen, case) if veiled(session, actor, [case]) else seen


def version(case: Case, hidden: bool) -> int:
    """What changes with all that may be seen of it: to whom the rest is hidden, with its photographs alone."""
    return len(case.photographs) if hidden else case.version


def _veiled(seen: CaseView, case: Case) -> CaseView:
    """Without what the bundle said, and what others did about it. That it is acknowledged says that it is an alert, and
    a copy's own case what the bundle said of the same photograph.
    """
    return replace(
        seen,
        version=version(case, hidden=True),
        outcome=None,
        melanoma=None,
        alerted_at=None,
        acknowledged_at=None,
        acknowledged_by=None,
        escalated_at=None,
        photographs=[replace(each, prediction=None, former=[], speaks=False, copy=None) for each in seen.photographs],
        decisions=[],
        histology=[],
        veiled=True,
    )


def _whole(session: Session, case: Case, names: bool) -> CaseView:
    said = _said(session, case)
    repeats = copies.of(session, [photograph.id for photograph in case.photographs])
    decisions = select(SignedDecision).where(SignedDecision.case_id == case.id).order_by(SignedDecision.id)
    histology = select(Histology).where(Histology.case_id == case.id).order_by(Histology.id)
    return CaseView(
        id=case.public_id,
        version=version(case, hidden=False),
        status=case.status,
        outcome=case.outcome,
        melanoma=case.melanoma,
        received_at=case.received_at,
        alerted_at=case.alerted_at,
        acknowledged_at=case.acknowledged_at,
        acknowledged_by=case.acknowledged_by.name if case.acknowledged_by else None,
        escalated_at=case.escalated_at,
        lesion=case.lesion.public_id,
        site=case.lesion.site,
        label=case.lesion.label,
        patient=_patient(case.lesion.patient, names),
        photographs=[_photograph(case, each, said[each.id], repeats.get(each.id)) for each in case.photographs],
        decisions=[_decision(each) for each in session.scalars(decisions)],
        histology=[_histology(each) for each in session.scalars(histology)],
        blinded=case.blinded,
        veiled=False,
    )


def _said(session: Session, case: Case) -> defaultdict[int, list[PredictionView]]:
    """By photograph all that bundles said, the latest first."""
    asked = select(StoredPrediction).join(Photograph, StoredPrediction.photograph_id == Photograph.id)
    found: defaultdict[int, list[PredictionView]] = defaultdict(list)
    for said in session.scalars(asked.where(Photograph.case_id == case.id).order_by(StoredPrediction.id.desc())):
        found[said.photograph_id].append(_prediction(said))
    return found


def _patient(patient: Patient | None, names: bool) -> PatientView | None:
    """None where nobody is known, or nobody any more."""
    if patient is None or patient.erased_at:
        return None
    name = patient.name if names else None
    return PatientView(patient.public_id, patient.reference, name, patient.birth_year, patient.sex)


def _photograph(
    case: Case, photograph: Photograph, said: list[PredictionView], repeated: RepeatedPhotograph | None
) -> PhotographView:
    return PhotographView(
        id=photograph.public_id,
        name=photograph.original_name,
        width=photograph.width,
        height=photograph.height,
        pixel_mm=photograph.pixel_mm,
        stored=photograph.sha256 is not None,
        speaks=photograph.id == case.speaking_id,
        added_at=photograph.added_at,
        erased_at=photograph.erased_at,
        copy=repeated,
        prediction=said[0] if said else None,
        former=said[1:],
    )


def _prediction(said: StoredPrediction) -> PredictionView:
    chances = (
        [DiagnosisProbability(key, probability) for key, probability in zip(KEYS, said.probabilities, strict=True)]
        if said.probabilities
        else []
    )
    return PredictionView(
        outcome=said.outcome,
        reason=said.reason,
        melanoma=said.melanoma,
        diagnosis=said.diagnosis,
        probabilities=sorted(chances, key=lambda chance: -chance.probability),
        possible=said.possible,
        advice=[issue["advice"] for issue in said.quality],
        outlyingness=said.outlyingness,
        bundle=bundle_view(said.bundle),
        made_at=said.made_at,
    )


def bundle_view(bundle: InstalledBundle) -> BundleView:
    return BundleView(bundle.digest, bundle.name, bundle.created, bundle.licence)


def _decision(signed: SignedDecision) -> DecisionView:
    return DecisionView(
        kind=signed.kind,
        diagnosis=signed.diagnosis,
        reason=signed.reason,
        outcome=signed.outcome,
        second_reading=signed.second_reading,
        blinded=signed.blinded,
        signed_by=signed.signed_by.name,
        signed_as=signed.signed_as,
        signed_at=signed.signed_at,
    )


def _histology(found: Histology) -> HistologyView:
    return HistologyView(
        diagnosis=found.diagnosis,
        breslow_mm=found.breslow_mm,
        reported_on=found.reported_on,
        remark=found.remark,
        recorded_by=found.recorded_by.name,
        recorded_at=found.recorded_at,
    )
