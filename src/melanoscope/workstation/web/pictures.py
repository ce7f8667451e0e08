"""The photographs themselves, and their activation maps, for whoever may see the case."""

from __future__ import annotations

from fastapi import APIRouter, Response

from melanoscope.errors import UnreadableImage
from melanoscope.workstation.context import Here
from melanoscope.workstation.photographs import media_type
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service.cases import find_photograph
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.service.pictures import activation_map

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
    """A PNG to be stretched over the photograph."""
    with here.store.reading() as session:
        return Response(activation_map(session, photograph_id), media_type="image/png")


def _stored(here: Here, photograph_id: str) -> str:
    with here.store.reading() as session:
        sha256 = find_photograph(session, photograph_id).sha256
    if sha256 is None:
        raise NotFound
    return sha256
