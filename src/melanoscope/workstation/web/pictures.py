"""The photographs themselves, and their activation maps, for whoever may see the case."""

from __future__ import annotations

from fastapi import APIRouter, Response

from melanoscope.data.decode import pixel_size
from melanoscope.errors import UnreadableImage
from melanoscope.workstation.context import Here
from melanoscope.workstation.photographs import media_type
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service.cases import find_photograph
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.service.pictures import activation_map, drawn

router = APIRouter(prefix="/photographs/{photograph_id}")


@router.get("")
def whole(here: Here, actor: Reader, photograph_id: str) -> Response:
    try:
        content = here.photographs.read(_stored(here, photograph_id))
    except UnreadableImage as error:
        raise NotFound from error
    return Response(content, media_type=media_type(content))


@router.get("/thumbnail")
def thumbnail(here: Here, actor: Reader, photograph_id: str) -> Response:
    try:
        return Response(here.photographs.thumbnail(_stored(here, photograph_id)), media_type="image/jpeg")
    except UnreadableImage as error:
        raise NotFound from error


@router.get("/map")
def overlay(here: Here, actor: Reader, photograph_id: str) -> Response:
    """A PNG to be laid over the photograph, in its proportions."""
    with here.store.reading() as session:
        saliency = activation_map(session, actor, photograph_id)
    try:
        size = pixel_size(here.photographs.thumbnail(_stored(here, photograph_id)))  # which stands upright
    except UnreadableImage as error:
        raise NotFound from error
    return Response(drawn(saliency, size), media_type="image/png")


def _stored(here: Here, photograph_id: str) -> str:
    with here.store.reading() as session:
        sha256 = find_photograph(session, photograph_id).sha256
    if sha256 is None:
        raise NotFound
    return sha256
