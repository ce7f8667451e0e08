"""Old cases are asked again, of the bundle that speaks now."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import SYSTEM, Actor
from melanoscope.workstation.service import bundles
from melanoscope.workstation.service.cases import find
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import Histology
from melanoscope.workstation.store.operations import Job
from melanoscope.workstation.store.words import CaseStatus, JobKind


def rescore_case(session: Session, actor: Actor, public_id: str) -> None:
    """Ask of a case's photographs again; NotFound where there is no such case."""
    case = find(session, public_id)
    photographs = select(Photograph.id).where(Photograph.case_id == case.id, Photograph.sha256.is_not(None))
    queue.add(session, JobKind.RESCORE, session.scalars(photographs.order_by(Photograph.id)))
    detail = {"bundle": bundles.promoted(session).digest}
    audit_log.append(session, actor, "case.rescore", f"case:{case.public_id}", detail)


def rescore_all(session: Session, actor: Actor, decided: bool) -> int:
    """Ask of all open cases again, and of the `decided` ones if so wished, save where the pathologist has spoken; how
    many photographs that are.
    """
    photographs = session.scalars(_unasked(decided)).all()
    queue.add(session, JobKind.RESCORE, photographs)
    detail = {"photographs": len(photographs), "decided": decided}
    audit_log.append(session, actor, "bundle.rescore", f"bundle:{bundles.promoted(session).digest}", detail)
    return len(photographs)


def reopen(session: Session, case: Case) -> None:
    """A decided case has become an alert, which waits for a named person, whatever was decided before."""
    if case.status is CaseStatus.DECIDED:
        case.status = CaseStatus.OPEN
        audit_log.append(session, SYSTEM, "case.reopen", f"case:{case.public_id}")


def _unasked(decided: bool) -> Select[int]:
    waiting = select(Job.subject_id).where(Job.kind == JobKind.RESCORE)
    asked = select(Photograph.id).join(Case, Photograph.case_id == Case.id).where(Photograph.sha256.is_not(None))
    asked = asked.where(Photograph.id.not_in(waiting), Case.id.not_in(select(Histology.case_id)))
    if not decided:
        asked = asked.where(Case.is_open.is_(True))
    return asked.order_by(Case.urgency, Photograph.id)
