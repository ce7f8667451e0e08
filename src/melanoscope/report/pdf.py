"""A page on paper."""

from __future__ import annotations

from pathlib import Path

from melanoscope.atomic import replacing
from melanoscope.errors import InputError
from melanoscope.extras import evidence


def write(page: str, path: Path) -> None:
    """Lay out a page's HTML in the PDF `path`; as `laid_out` says."""
    content = laid_out(page, str(path))
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def laid_out(page: str, name: str) -> bytes:
    """A page's HTML as a PDF; the same page gives the same bytes.

    The medium is “paper”, so that `@media paper` holds what is for paper alone, and `@media screen, print` what only
    browsers know. InputError, which calls the PDF by its `name`, where WeasyPrint, or the Pango library that it needs,
    is not installed.
    """
    try:
        with evidence(name):
            from weasyprint import HTML
    except OSError as error:
        raise InputError(
            f"{name} needs the library Pango, which is missing ({error}): for example `apt install libpango-1.0-0`."
        ) from error
    return bytes(HTML(string=page, media_type="paper").write_pdf())
