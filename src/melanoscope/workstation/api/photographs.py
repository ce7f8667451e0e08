"""Photographs over the API: their bytes, their maps, their scale, and what has changed between two of a lesion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from melanoscope.errors import UnreadableImage
from melanoscope.workstation.api.cases import shown
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import earlier, measuring
from melanoscope.workstation.service.earlier import PhotographComparison
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.service.views import CaseView
from melanoscope.workstation.web import pictures
from melanoscope.workstation.web.similar import picture as reference_photograph

router = APIRouter(tags=["photographs"], route_class=Route)


def _picture(*types: str) -> dict[str, Any]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = {"content": dict.fromkeys(types, binary)}
    return {"response_class": Response, "responses": {200: content}}


@dataclass(frozen=True)
class PhotographScale:
    """How much skin the photograph shows along its longer side, in mm."""

    longer_side_mm: float


@router.get("/photographs/{photograph_id}", **_picture("image/jpeg", "image/png"))
def get_photograph(here: Here, actor: Reader, photograph_id: str) -> Response:
    """The photograph as it is stored, without EXIF."""
    return pictures.whole(here, actor, photograph_id)


@router.get("/photographs/{photograph_id}/thumbnail", **_picture("image/jpeg"))
def get_thumbnail(here: Here, actor: Reader, photograph_id: str) -> Response:
    """A small JPEG of it."""
    return pictures.thumbnail(here, actor, photograph_id)


@router.get("/photographs/{photograph_id}/activation-map", **_picture("image/png"))
def get_activation_map(here: Here, actor: Reader, photograph_id: str) -> Response:
    """Where the network saw evidence: a PNG to be laid over the photograph. 409 while you read the case blind."""
    return pictures.overlay(here, actor, photograph_id)


@router.put("/photographs/{photograph_id}/scale")
def set_scale(here: Here, actor: Reader, response: Response, photograph_id: str, scale: PhotographScale) -> CaseView:
    """Say how large a pixel is on the skin, so that sizes can be measured; the case as it is now."""
    with here.store.writing() as session:
        return shown(session, actor, response, measuring.set_scale(session, actor, photograph_id, scale.longer_side_mm))


@router.get("/photographs/{photograph_id}/change")
def get_change(here: Here, actor: Reader, photograph_id: str, earlier_id: str) -> PhotographComparison:
    """What has changed since an earlier photograph of the same lesion: size and colour."""
    with here.store.writing() as session:
        before, after = earlier.pair(session, actor, earlier_id, photograph_id)
    try:
        return earlier.compare(here.photographs, before, after)
    except UnreadableImage as error:
        raise NotFound from error


@router.get("/reference-photographs/{name}", **_picture("image/jpeg"))
def get_reference_photograph(actor: Reader, name: str) -> Response:
    """A confirmed lesion of the set that comes with the package, by the name that a list of similar lesions has."""
    return reference_photograph(actor, name)
