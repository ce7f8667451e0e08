"""A page on paper."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from melanoscope.atomic import replacing
from melanoscope.errors import InputError


def write(page: str, path: Path) -> None:
    """Lay out a page's HTML as A4 in a PDF; the same page gives the same bytes.

    The medium is “paper”, so that what only browsers understand is left to them, and `templates/paper.css` is added.
    InputError where WeasyPrint, or the Pango library that it needs, is not installed.
    """
    try:
        from weasyprint import CSS, HTML
    except ModuleNotFoundError as error:
        raise InputError(f"{path} needs WeasyPrint: pip install melanoscope[evidence].") from error
    except OSError as error:
        raise InputError(
            f"{path} needs the library Pango, which is missing ({error}): for example `apt install libpango-1.0-0`."
        ) from error
    sheet = (files("melanoscope.report") / "templates" / "paper.css").read_text(encoding="utf-8")
    with replacing(path) as temporary:
        HTML(string=page, media_type="paper").write_pdf(temporary, stylesheets=[CSS(string=sheet, media_type="paper")])
