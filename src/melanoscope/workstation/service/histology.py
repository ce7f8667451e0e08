"""What the pathologist found, which comes later and is the truth that everything else is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from melanoscope.diagnosis import BY_KEY
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.blinding import refuse_veiled
from melanoscope.workstation.service.cases import find
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.service.texts import text
from melanoscope.workstation.store.decisions import Histology

THICKEST = 100.0
"""No melanoma is thicker, in mm."""


@dataclass(frozen=True)
class HistologyRequest:
    """A pathologist's report; `breslow_mm` is the thickness of a melanoma that has grown into the skin."""

    diagnosis: str
    reported_on: date
    breslow_mm: float | None = None
    remark: str = ""


def record(session: Session, actor: Actor, public_id: str, report: HistologyRequest) -> None:
    """Keep a report beside the earlier ones; the last counts. Invalid where it cannot be as it says."""
    _refuse_impossible(report)
    case = find(session, public_id)
    refuse_veiled(session, actor, case)
    if actor.account_id is None:
        raise Invalid("A histology is recorded by a person.")
    session.add(
        Histology(
            case_id=case.id,
            diagnosis=report.diagnosis,
            reported_on=report.reported_on,
            breslow_mm=report.breslow_mm,
            remark=text(report.remark),
            recorded_at=now(),
            recorded_by_id=actor.account_id,
        )
    )
    flag_modified(case, "status")  # a new version
    audit_log.append(session, actor, "case.histology", f"case:{case.public_id}", {"diagnosis": report.diagnosis})


def _refuse_impossible(report: HistologyRequest) -> None:
    if report.diagnosis not in BY_KEY:
        raise Invalid(f"“{report.diagnosis[:40]}” is none of the diagnoses.")
    if report.reported_on > now().date():
        raise Invalid("The report's date lies in the future.")
    if report.breslow_mm is not None and report.diagnosis != "melanoma":
        raise Invalid("Only a melanoma has a thickness after Breslow.")
    if report.breslow_mm is not None and not 0 < report.breslow_mm <= THICKEST:
        raise Invalid(f"A thickness after Breslow is above 0 and up to {THICKEST:g} mm.")
