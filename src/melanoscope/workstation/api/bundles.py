"""Bundles over the API."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter

from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, FreshAdministrator
from melanoscope.workstation.service import bundle_list, bundles, rescoring, silence
from melanoscope.workstation.service.bundle_list import BundleList
from melanoscope.workstation.service.cases import bundle_view
from melanoscope.workstation.service.comparing import BundleComparison, comparison
from melanoscope.workstation.service.views import BundleView

router = APIRouter(prefix="/bundles", tags=["bundles"], route_class=Route)


@dataclass(frozen=True)
class Source:
    """The bundle's folder on the server."""

    folder: str


@dataclass(frozen=True)
class Why:
    reason: str = ""


@dataclass(frozen=True)
class Again:
    """Whether decided cases are scored again as well."""

    decided: bool = False


@router.get("")
def list_bundles(here: Here, actor: Administrator) -> BundleList:
    """Those that are installed, and which one spoke when."""
    with here.store.reading() as session:
        return bundle_list.listed(session)


@router.post("", status_code=201)
def install(here: Here, actor: FreshAdministrator, source: Source) -> BundleView:
    """Verify and copy a bundle; it says nothing yet. 422 where it is none, or not as it was exported."""
    bundle = bundles.copied(Path(source.folder), here.settings.bundles)
    with here.store.writing() as session:
        return bundle_view(bundles.install(session, actor, bundle))


@router.post("/roll-back")
def roll_back(here: Here, actor: FreshAdministrator, why: Why) -> BundleView:
    """Let the one that spoke before speak again; 409 where there is none."""
    with here.store.writing() as session:
        return bundle_view(bundles.roll_back(session, actor, why.reason))


@router.post("/rescoring", status_code=202)
def rescore(here: Here, actor: FreshAdministrator, again: Again) -> int:
    """Ask the bundle that speaks of old cases again; of how many photographs."""
    with here.store.writing() as session:
        photographs = rescoring.rescore_all(session, actor, again.decided)
    here.wake()
    return photographs


@router.get("/{digest}/comparison")
def compare(here: Here, actor: Administrator, digest: str) -> BundleComparison:
    """What it says of photographs of which the one that speaks has spoken too."""
    with here.store.reading() as session:
        return comparison(session, bundles.promoted(session), bundles.find(session, digest))


@router.put("/{digest}/silence")
def begin_silence(here: Here, actor: FreshAdministrator, digest: str) -> BundleView:
    """Ask it of all photographs, old and new, without a say; 409 where another one is silent."""
    with here.store.writing() as session:
        bundle = bundles.find(session, digest, lock=True)
        silence.begin(session, actor, bundle)
    here.wake()
    return bundle_view(bundle)


@router.delete("/{digest}/silence")
def end_silence(here: Here, actor: FreshAdministrator, digest: str) -> BundleView:
    with here.store.writing() as session:
        bundle = bundles.find(session, digest, lock=True)
        silence.end(session, actor, bundle)
    return bundle_view(bundle)


@router.post("/{digest}/promotion")
def promote(here: Here, actor: FreshAdministrator, digest: str, why: Why) -> BundleView:
    """Let it speak from now on; 409 where it speaks already, or its files are not as they were."""
    with here.store.writing() as session:
        bundle = bundles.find(session, digest, lock=True)
        bundles.promote(session, actor, bundle, why.reason)
    return bundle_view(bundle)
