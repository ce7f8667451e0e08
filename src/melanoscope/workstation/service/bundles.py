"""Which bundle speaks, which one is silent, and which one spoke when."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.atomic import make_folder
from melanoscope.bundle import DESCRIPTION, HELD_OUT, INT8, MODEL, OUTLIERS, Bundle
from melanoscope.errors import InputError
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.errors import Conflict, NotFound
from melanoscope.workstation.store.predictions import InstalledBundle
from melanoscope.workstation.store.silence import Promotion
from melanoscope.workstation.store.words import BundleState

_FILES = (MODEL, INT8, HELD_OUT, OUTLIERS, DESCRIPTION)
_PROMOTED = select(InstalledBundle).where(InstalledBundle.state == BundleState.PROMOTED)


def promoted(session: Session) -> InstalledBundle:
    """The one that speaks; there is one since the first start."""
    return session.scalars(_PROMOTED).one()


def silent(session: Session) -> InstalledBundle | None:
    """The one that is asked in silence, if there is one."""
    return session.scalar(select(InstalledBundle).where(InstalledBundle.state == BundleState.SILENT))


def find(session: Session, digest: str, *, lock: bool = False) -> InstalledBundle:
    """NotFound where it is not installed; with `lock` nobody else changes it before `session` ends."""
    found = session.get(InstalledBundle, digest, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound
    return found


def load(installed: InstalledBundle) -> Bundle:
    """InputError where its folder has gone or is damaged."""
    bundle = Bundle.load(Path(installed.folder)) if installed.folder else Bundle.shipped()
    if bundle.digest != installed.digest:
        raise InputError(f"{installed.name} of {installed.created[:10]} came with a former version of the package.")
    return bundle


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


def copied(folder: Path, into: Path) -> Bundle:
    """The bundle in `folder`, verified, and copied to a folder of its own in `into`, which nobody else writes to.

    InputError where it is no bundle, or not as it was exported.
    """
    try:
        source = Bundle.load(folder)
        source.verify()
        if not (into / source.digest).is_dir():
            _copy(folder, into, source.digest)
    except OSError as error:
        raise InputError(f"{folder} cannot be read or copied ({error.strerror}).") from error
    made = Bundle.load(into / source.digest)
    made.verify()
    return made


def _copy(folder: Path, into: Path, digest: str) -> None:
    """All of it or nothing."""
    make_folder(into)
    temporary = Path(mkdtemp(dir=into))
    try:
        for file in _FILES:
            if (folder / file).is_file():
                shutil.copyfile(folder / file, temporary / file)
        temporary.rename(into / digest)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def promote(session: Session, actor: Actor, bundle: InstalledBundle, reason: str = "") -> None:
    """Let it speak from now on; what was said before stays. Conflict where it speaks already or cannot."""
    audit_log.lock(session)  # two promotions at once take turns
    if bundle.state is BundleState.PROMOTED:
        raise Conflict("This bundle speaks already.")
    try:
        load(bundle).verify()
    except InputError as error:
        raise Conflict(str(error)) from error
    former = session.scalar(_PROMOTED)
    if former:
        former.state = BundleState.RETIRED
    bundle.state, bundle.promoted_at, bundle.promoted_by_id = BundleState.PROMOTED, now(), actor.account_id
    session.add(Promotion(bundle_digest=bundle.digest, at=now(), by_id=actor.account_id, reason=reason.strip()))
    detail = {"former": former.digest if former else None, "reason": reason.strip()}
    audit_log.append(session, actor, "bundle.promote", f"bundle:{bundle.digest}", detail)


def roll_back(session: Session, actor: Actor, reason: str = "") -> InstalledBundle:
    """Let the one that spoke before speak again; Conflict where there is none, or it cannot."""
    speaking = promoted(session)
    former = session.scalar(
        select(Promotion.bundle_digest)
        .where(Promotion.bundle_digest != speaking.digest)
        .order_by(Promotion.id.desc())
        .limit(1)
    )
    if former is None:
        raise Conflict("No other bundle has spoken here before.")
    bundle = find(session, former, lock=True)
    promote(session, actor, bundle, reason)
    return bundle
