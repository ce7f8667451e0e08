"""Old cases are asked again, of the bundle that speaks now."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service import bundles
from melanoscope.workstation.service.blinding import refuse_veiled
from melanoscope.workstation.service.cases import find
from melanoscope.workstation.service.errors import Conflict
from melanoscope.workstation.service.speaking import is_last
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import Histology
from melanoscope.workstation.store.operations import Job
from melanoscope.workstation.store.predictions import InstalledBundle, StoredPrediction
from melanoscope.workstation.store.words import JobKind


def rescore_case(session: Session, actor: Actor, public_id: str) -> None:
    """Ask the bundle that speaks of those photographs of a case of which another one spoke last.

    NotFound without such a case; Conflict where nothing is to be asked, or the actor reads it blind.
    """
    case = find(session, public_id)
    refuse_veiled(session, actor, case)
    bundle = bundles.promoted(session)
    photographs = session.scalars(_unasked(bundle).where(Case.id == case.id)).all()
    if not photographs:
        raise Conflict("There is nothing to ask: the bundle that speaks has been asked, or histology is known.")
    queue.add(session, JobKind.RESCORE, photographs)
    audit_log.append(session, actor, "case.rescore", f"case:{case.public_id}", {"bundle": bundle.digest})


def rescore_all(session: Session, actor: Actor, decided: bool) -> int:
    """Ask the same of all open cases, and of the `decided` ones if so wished; how many photographs that are."""
    bundle = bundles.promoted(session)
    asked = _unasked(bundle) if decided else _unasked(bundle).where(Case.is_open.is_(True))
    photographs = session.scalars(asked).all()
    queue.add(session, JobKind.RESCORE, photographs)
    detail = {"photographs": len(photographs), "decided": decided}
    audit_log.append(session, actor, "bundle.rescore", f"bundle:{bundle.digest}", detail)
    return len(photographs)


def can_be_rescored(session: Session, public_id: str) -> bool:
    """Whether `rescore_case` would ask anything."""
    asked = _unasked(bundles.promoted(session)).where(Case.public_id == public_id).limit(1)
    return session.scalar(asked) is not None


def _unasked(bundle: InstalledBundle) -> Select[int]:
    """Stored photographs of which another bundle spoke last, and which wait for nothing; the most urgent case first.

    Where the pathologist has spoken no bundle is asked any more.
    """
    waiting = select(Job.subject_id).where(Job.kind == JobKind.RESCORE)
    return (
        select(Photograph.id)
        .join(Case, Photograph.case_id == Case.id)
        .join(StoredPrediction, StoredPrediction.photograph_id == Photograph.id)
        .where(StoredPrediction.bundle_digest != bundle.digest, is_last(), Photograph.sha256.is_not(None))
        .where(Photograph.id.not_in(waiting), Case.id.not_in(select(Histology.case_id)))
        .order_by(Case.urgency, Photograph.id)
    )
