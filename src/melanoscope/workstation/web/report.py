"""A case's report: a page to read and to print, and a PDF."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from melanoscope.data.decode import pixel_size
from melanoscope.errors import UnreadableImage
from melanoscope.report.page import data_uri
from melanoscope.report.pdf import laid_out
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import cases, report
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.service.pictures import activation_map, drawn
from melanoscope.workstation.service.report import CaseReport, Form
from melanoscope.workstation.service.views import PhotographView
from melanoscope.workstation.web import static_files
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/cases/{case_id}")


@dataclass(frozen=True)
class Picture:
    """Addresses of a photograph and of the map over it, None where there is none."""

    photograph: str
    map: str | None


@router.get("/report")
def show(request: Request, here: Here, actor: Reader, case_id: str) -> Response:
    with here.store.writing() as session:
        made = report.make(session, actor, case_id, Form.HTML)
    pictures = [_address(photograph) for photograph in made.photographs]
    return page(request, "report.html", report=made, pictures=pictures, style=None)


@router.get("/report.pdf")
def download(request: Request, here: Here, actor: Reader, case_id: str) -> Response:
    return pdf(request, here, actor, case_id)


def pdf(request: Request, here: Workstation, actor: Actor, case_id: str) -> Response:
    """The same page as a PDF that holds all it shows; InputError where the extra `evidence` is not installed."""
    with here.store.writing() as session:
        made = report.make(session, actor, case_id, Form.PDF)
    pictures = [_embedded(here, actor, photograph) for photograph in made.photographs]
    style = (static_files.FOLDER / "report.css").read_text(encoding="utf-8")
    html = bytes(page(request, "report.html", report=made, pictures=pictures, style=style).body).decode()
    named = {"Content-Disposition": f'attachment; filename="{_name(made)}"'}
    return Response(laid_out(html, "The PDF"), media_type="application/pdf", headers=named)


def _address(photograph: PhotographView) -> Picture:
    said, at = photograph.prediction, f"/photographs/{photograph.id}"
    return Picture(f"{at}/thumbnail", f"{at}/map" if said and said.melanoma is not None else None)


def _embedded(here: Workstation, actor: Actor, photograph: PhotographView) -> Picture:
    """The pictures themselves, for a file that stands alone."""
    with here.store.reading() as session:
        sha256 = cases.find_photograph(session, photograph.id).sha256
        said = photograph.prediction
        saliency = activation_map(session, actor, photograph.id) if said and said.melanoma is not None else None
    try:
        small = here.photographs.thumbnail(sha256 or "")
        drawing = None if saliency is None else data_uri(drawn(saliency, pixel_size(small)), "image/png")
    except UnreadableImage as error:
        raise NotFound from error
    return Picture(data_uri(small, "image/jpeg"), drawing)


def _name(made: CaseReport) -> str:
    """No name and no number of the patient: files lie about."""
    return f"case-{made.case.id[:8]}-{made.made_at:%Y-%m-%d}.pdf"
