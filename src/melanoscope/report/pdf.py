"""A page on paper."""

from __future__ import annotations

from pathlib import Path

from melanoscope.atomic import replacing
from melanoscope.errors import InputError
from melanoscope.report.evidence import evidence


def write(page: str, path: Path) -> None:
    """Lay out a page's HTML in a PDF; the same page gives the same bytes.

    The medium is “paper”, so that `@media paper` holds what is for paper alone, and `@media screen, print` what only
    browsers know. InputError where WeasyPrint, or the Pango library that it needs, is not installed.
    """
    try:
        with evidence(str(path)):
            from weasyprint import HTML
    except OSError as error:
        raise InputError(
            f"{path} needs the library Pango, which is missing ({error}): for example `apt install libpango-1.0-0`."
        ) from error
    with replacing(path) as temporary:
        HTML(string=page, media_type="paper").write_pdf(temporary)
