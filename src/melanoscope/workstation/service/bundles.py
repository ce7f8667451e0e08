"""Which bundle speaks, which one is silent, and which one spoke when."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.atomic import make_folder
from melanoscope.bundle import FILES, Bundle
from melanoscope.errors import InputError
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.errors import Conflict, NotFound
from melanoscope.workstation.store.predictions import InstalledBundle
from melanoscope.workstation.store.silence import Promotion
from melanoscope.workstation.store.transactions import BUNDLES, Store
from melanoscope.workstation.store.words import BundleState

_PROMOTED = select(InstalledBundle).where(InstalledBundle.state == BundleState.PROMOTED)


def promoted(session: Session) -> InstalledBundle:
    """The one that speaks; there is one since the first start."""
    return session.scalars(_PROMOTED).one()


def silent(session: Session) -> InstalledBundle | None:
    """The one that is asked in silence, if there is one."""
    return session.scalar(select(InstalledBundle).where(InstalledBundle.state == BundleState.SILENT))


def find(session: Session, digest: str) -> InstalledBundle:
    """NotFound where it is not installed."""
    found = session.get(InstalledBundle, digest)
    if found is None:
        raise NotFound
    return found


def shelf(session: Session) -> Path:
    """Where the bundles lie that do not come with the package."""
    folder: Path = session.info[BUNDLES]
    return folder


def folder_of(installed: InstalledBundle, shelf: Path) -> Path | None:
    """None for the one that comes with the package."""
    return None if installed.shipped else shelf / installed.digest


def load(installed: InstalledBundle, shelf: Path) -> Bundle:
    """InputError where its folder has gone or is damaged."""
    folder = folder_of(installed, shelf)
    bundle = Bundle.load(folder) if folder else Bundle.shipped()
    if bundle.digest != installed.digest:
        raise InputError(f"{installed.name} of {installed.created[:10]} came with a former version of the package.")
    return bundle


def promote_shipped(store: Store, actor: Actor) -> None:
    """Let the package's bundle speak where no bundle, or the one of a former version of the package, does."""
    shipped = Bundle.shipped()
    with store.reading() as session:
        if not _is_due(session, shipped):
            return
    shipped.verify()
    with store.writing() as session:
        if _is_due(session, shipped):  # processes that start together take turns
            install(session, actor, shipped, shipped=True)
            promote(session, actor, shipped)


def _is_due(session: Session, shipped: Bundle) -> bool:
    current = session.scalar(_PROMOTED)
    return current is None or (current.shipped and current.digest != shipped.digest)


def install(session: Session, actor: Actor, bundle: Bundle, *, shipped: bool = False) -> InstalledBundle:
    """Make a bundle known that was `copied`, or comes with the package; the same one twice is one."""
    known = session.get(InstalledBundle, bundle.digest)
    if known:
        return known
    described = bundle.description
    installed = InstalledBundle(
        digest=bundle.digest,
        name=described.name,
        created=described.created,
        licence=described.licence,
        shipped=shipped,
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
        for file in FILES:
            if (folder / file).is_file():
                shutil.copyfile(folder / file, temporary / file)
        temporary.rename(into / digest)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def verified(store: Store, digest: str) -> Bundle:
    """An installed bundle, its files hashed: before the transaction in which it is promoted, for others want to write.

    Nobody else writes to its folder, which has its digest's name. NotFound where it is not installed, Conflict where
    it is not as it was exported.
    """
    with store.reading() as session:
        installed = find(session, digest)
    try:
        bundle = load(installed, store.bundles)
        bundle.verify()
    except InputError as error:
        raise Conflict(str(error)) from error
    return bundle


def former(store: Store) -> Bundle:
    """The one that spoke before, `verified`; Conflict where there is none."""
    with store.reading() as session:
        others = select(Promotion.bundle_digest).where(Promotion.bundle_digest != promoted(session).digest)
        digest = session.scalar(others.order_by(Promotion.id.desc()).limit(1))
    if digest is None:
        raise Conflict("No other bundle has spoken here before.")
    return verified(store, digest)


def promote(session: Session, actor: Actor, bundle: Bundle, reason: str = "") -> InstalledBundle:
    """Let a `verified` bundle speak from now on; what was said before stays. Conflict where it speaks already."""
    installed, former = find(session, bundle.digest), session.scalar(_PROMOTED)
    if installed.state is BundleState.PROMOTED:
        raise Conflict("This bundle speaks already.")
    if former:
        former.state = BundleState.RETIRED
    installed.state, installed.promoted_at, installed.promoted_by_id = BundleState.PROMOTED, now(), actor.account_id
    session.add(Promotion(bundle_digest=bundle.digest, at=now(), by_id=actor.account_id, reason=reason.strip()))
    detail = {"former": former.digest if former else None, "reason": reason.strip()}
    audit_log.append(session, actor, "bundle.promote", f"bundle:{bundle.digest}", detail)
    return installed
