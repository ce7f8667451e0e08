"""Bundles over the API."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from melanoscope.workstation.api.about import Key
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, FreshAdministrator, Reader
from melanoscope.workstation.service import bundle_list, bundles, explaining, rescoring, silence
from melanoscope.workstation.service.bundle_list import BundleList
from melanoscope.workstation.service.cases import bundle_view
from melanoscope.workstation.service.comparing import BundleComparison, comparison
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.service.explaining import OperatingPointsView
from melanoscope.workstation.service.idempotency import once
from melanoscope.workstation.service.views import BundleView

router = APIRouter(prefix="/bundles", tags=["bundles"], route_class=Route)


@dataclass(frozen=True)
class InstallationRequest:
    """The bundle's folder on the server."""

    folder: str


@dataclass(frozen=True)
class PromotionRequest:
    """Why, for the record of which bundle spoke when."""

    reason: str = ""


@dataclass(frozen=True)
class RescoringRequest:
    """Whether decided cases are scored again as well."""

    decided: bool = False


@dataclass(frozen=True)
class RescoringResult:
    """How many photographs wait to be scored again."""

    photographs: int


@router.get("")
def list_bundles(here: Here, actor: Administrator) -> BundleList:
    """Those that are installed, and which one spoke when."""
    with here.store.reading() as session:
        return bundle_list.listed(session)


@router.post("", status_code=201)
def install_bundle(here: Here, actor: FreshAdministrator, wanted: InstallationRequest) -> BundleView:
    """Verify and copy a bundle; it says nothing yet. 422 where it is none, or not as it was exported."""
    bundle = bundles.copied(Path(wanted.folder), here.settings.bundles)
    with here.store.writing() as session:
        return bundle_view(bundles.install(session, actor, bundle))


@router.post("/rollback")
def roll_back_bundle(here: Here, actor: FreshAdministrator, wanted: PromotionRequest, key: Key = None) -> BundleView:
    """Let the one that spoke before speak again; 409 where there is none."""
    bundle = bundles.former(here.store)
    with here.store.writing() as session:
        (digest,) = once(
            session,
            actor,
            key,
            ("roll back", wanted.reason),
            lambda: [bundles.promote(session, actor, bundle, wanted.reason).digest],
        )
        return bundle_view(bundles.find(session, digest))


@router.post("/rescoring", status_code=202)
def rescore_cases(here: Here, actor: FreshAdministrator, wanted: RescoringRequest) -> RescoringResult:
    """Ask the bundle that speaks of old cases again, of which another one spoke last."""
    with here.store.writing() as session:
        photographs = rescoring.rescore_all(session, actor, wanted.decided)
    here.wake()
    return RescoringResult(photographs)


@router.get("/{digest}/operating-points")
def get_operating_points(here: Here, actor: Reader, digest: str) -> OperatingPointsView:
    """Where its alerts and reviews begin, and how often the true diagnosis is among the possible ones that it names."""
    with here.store.reading() as session:
        points = explaining.promise(session, bundles.find(session, digest).digest)
    if points is None:
        raise NotFound
    return points


@router.get("/{digest}/comparison")
def compare_bundle(here: Here, actor: Administrator, digest: str) -> BundleComparison:
    """What it says of photographs of which the one that speaks has spoken too."""
    with here.store.reading() as session:
        return comparison(session, actor, bundles.promoted(session), bundles.find(session, digest))


@router.put("/{digest}/silence")
def begin_silence(here: Here, actor: FreshAdministrator, digest: str) -> BundleView:
    """Ask it of all photographs, old and new, without a say; 409 where another one is silent."""
    with here.store.writing() as session:
        bundle = bundles.find(session, digest)
        silence.begin(session, actor, bundle)
    here.wake()
    return bundle_view(bundle)


@router.delete("/{digest}/silence")
def end_silence(here: Here, actor: FreshAdministrator, digest: str) -> BundleView:
    """Ask it no longer. What it has said stays, for the comparison."""
    with here.store.writing() as session:
        bundle = bundles.find(session, digest)
        silence.end(session, actor, bundle)
    return bundle_view(bundle)


@router.post("/{digest}/promotion")
def promote_bundle(here: Here, actor: FreshAdministrator, digest: str, wanted: PromotionRequest) -> BundleView:
    """Let it speak from now on; 409 where it speaks already, or its files are not as they were."""
    bundle = bundles.verified(here.store, digest)
    with here.store.writing() as session:
        return bundle_view(bundles.promote(session, actor, bundle, wanted.reason))
