"""The bundles that are installed, and which one spoke when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from melanoscope.workstation import queue
from melanoscope.workstation.service.cases import bundle_view
from melanoscope.workstation.service.views import BundleView
from melanoscope.workstation.store.predictions import InstalledBundle
from melanoscope.workstation.store.silence import Promotion, SilentPrediction
from melanoscope.workstation.store.words import BundleState, JobKind


@dataclass(frozen=True)
class InstalledBundleView:
    """`asked_in_silence` is of how many photographs it has said something in silence."""

    bundle: BundleView
    state: BundleState
    installed_at: datetime
    asked_in_silence: int


@dataclass(frozen=True)
class BundleTerm:
    """A time in which a bundle spoke; `until` is None for the one that speaks, `by` for what the package brought."""

    bundle: BundleView
    since: datetime
    until: datetime | None
    by: str | None
    reason: str


@dataclass(frozen=True)
class BundleList:
    """`waiting_silently` and `waiting_again` are photographs of which the silent bundle, or the speaking one once
    more, is still to be asked.
    """

    installed: list[InstalledBundleView]
    terms: list[BundleTerm]
    waiting_silently: int
    waiting_again: int


def listed(session: Session) -> BundleList:
    """The one that speaks first, then the newest; terms the last one first."""
    silent = select(SilentPrediction.bundle_digest, func.count()).group_by(SilentPrediction.bundle_digest)
    counts = {digest: count for digest, count in session.execute(silent)}
    rows = session.scalars(select(InstalledBundle).order_by(InstalledBundle.installed_at.desc()))
    installed = [
        InstalledBundleView(bundle_view(each), each.state, each.installed_at, counts.get(each.digest, 0))
        for each in rows
    ]
    return BundleList(
        sorted(installed, key=lambda each: each.state is not BundleState.PROMOTED),
        _terms(session),
        queue.waiting(session, JobKind.SILENT),
        queue.waiting(session, JobKind.RESCORE),
    )


def _terms(session: Session) -> list[BundleTerm]:
    promotions = session.scalars(select(Promotion).order_by(Promotion.id.desc())).all()
    untils = [None, *(each.at for each in promotions)]
    return [
        BundleTerm(bundle_view(each.bundle), each.at, until, each.by.name if each.by else None, each.reason)
        for each, until in zip(promotions, untils, strict=False)
    ]
