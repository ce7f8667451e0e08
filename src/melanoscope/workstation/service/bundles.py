"""Which bundle speaks."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.bundle import Bundle
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.store.predictions import InstalledBundle
from melanoscope.workstation.store.words import BundleState

_PROMOTED = select(InstalledBundle).where(InstalledBundle.state == BundleState.PROMOTED)


def promoted(session: Session) -> InstalledBundle:
    """The one that speaks; there is one since the first start."""
    return session.scalars(_PROMOTED).one()


def load(installed: InstalledBundle) -> Bundle:
    """InputError where its folder has gone or is damaged."""
    return Bundle.load(Path(installed.folder)) if installed.folder else Bundle.shipped()


def promote_shipped(session: Session, actor: Actor) -> None:
    """Let the package's bundle speak where no bundle, or the one of a former version of the package, does."""
    audit_log.lock(session)  # processes that start together take turns
    shipped, current = Bundle.shipped(), session.scalar(_PROMOTED)
    if current and (current.folder or current.digest == shipped.digest):
        return
    promote(session, actor, install(session, actor, shipped, None))


def install(session: Session, actor: Actor, bundle: Bundle, folder: Path | None) -> InstalledBundle:
    """Make a bundle known; the same one twice is one. `folder` is None for the package's own."""
    known = session.get(InstalledBundle, bundle.digest)
    if known:
        return known
    described = bundle.description
    installed = InstalledBundle(
        digest=bundle.digest,
        name=described.name,
        created=described.created,
        licence=described.licence,
        folder=str(folder) if folder else None,
        state=BundleState.INSTALLED,
        installed_at=now(),
    )
    session.add(installed)
    audit_log.append(session, actor, "bundle.install", f"bundle:{bundle.digest}", {"name": described.name})
    return installed


def promote(session: Session, actor: Actor, bundle: InstalledBundle) -> None:
    """Let it speak from now on; what was said before stays."""
    former = session.scalar(_PROMOTED)
    if former:
        former.state = BundleState.RETIRED
    bundle.state, bundle.promoted_at, bundle.promoted_by_id = BundleState.PROMOTED, now(), actor.account_id
    audit_log.append(
        session, actor, "bundle.promote", f"bundle:{bundle.digest}", {"former": former.digest if former else None}
    )
