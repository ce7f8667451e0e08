"""A bundle that is asked in silence: of every photograph, old and new, without a say."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from melanoscope.prediction import Finding, Prediction
from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service import bundles
from melanoscope.workstation.service.errors import Conflict
from melanoscope.workstation.store.cases import Photograph
from melanoscope.workstation.store.predictions import InstalledBundle, StoredPrediction
from melanoscope.workstation.store.silence import SilentPrediction
from melanoscope.workstation.store.words import BundleState, JobKind


def begin(session: Session, actor: Actor, bundle: InstalledBundle) -> None:
    """Ask it of every photograph of which it has said nothing yet, the newest first, and from now on of the new ones.

    Conflict where it speaks, or another one is silent.
    """
    if bundle.state is BundleState.PROMOTED:
        raise Conflict("This bundle speaks: it cannot be silent as well.")
    other = bundles.silent(session)
    if other and other.digest != bundle.digest:
        raise Conflict(f"{other.name}, {other.digest[:12]}, runs in silence already. End that first.")
    bundle.state = BundleState.SILENT
    queue.clear(session, JobKind.SILENT)
    queue.add(session, JobKind.SILENT, session.scalars(_unasked(bundle.digest)))
    audit_log.append(session, actor, "bundle.silence", f"bundle:{bundle.digest}")


def end(session: Session, actor: Actor, bundle: InstalledBundle) -> None:
    """Ask it no more; what it said stays. Conflict where it is not silent."""
    if bundle.state is not BundleState.SILENT:
        raise Conflict("This bundle does not run in silence.")
    bundle.state = BundleState.INSTALLED
    queue.clear(session, JobKind.SILENT)
    audit_log.append(session, actor, "bundle.end_silence", f"bundle:{bundle.digest}")


def follow(session: Session, photograph_id: int) -> None:
    """A new photograph was scored: the silent bundle is asked too, if there is one."""
    if bundles.silent(session):
        queue.add(session, JobKind.SILENT, [photograph_id])


def keep(session: Session, photograph_id: int, digest: str, finding: Finding) -> None:
    """What the bundle `digest` would have said of a photograph; once only."""
    mine = SilentPrediction.bundle_digest == digest, SilentPrediction.photograph_id == photograph_id
    if session.scalar(select(func.count()).where(*mine)):
        return
    answer, decision = finding.answer, finding.decision
    read = answer if isinstance(answer, Prediction) else None
    session.add(
        SilentPrediction(
            bundle_digest=digest,
            photograph_id=photograph_id,
            outcome=decision.outcome,
            reason=decision.reason,
            melanoma=read.melanoma if read else None,
            outlyingness=read.outlyingness if read else 0.0,
            made_at=now(),
        )
    )


def _unasked(digest: str) -> Select[int]:
    silent = select(SilentPrediction.photograph_id).where(SilentPrediction.bundle_digest == digest)
    spoken = select(StoredPrediction.photograph_id).where(StoredPrediction.bundle_digest == digest)
    stored = select(Photograph.id).where(Photograph.sha256.is_not(None))
    return stored.where(Photograph.id.not_in(silent), Photograph.id.not_in(spoken)).order_by(Photograph.id.desc())
