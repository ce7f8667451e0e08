"""Pages: the one Jinja environment, and what every template may use. Templates lay out; they do not compute."""

from __future__ import annotations

import base64
from importlib.metadata import version
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from melanoscope.console import DISCLAIMER
from melanoscope.data.files import shown

_ENVIRONMENT = Environment(
    loader=PackageLoader("melanoscope.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **context: Any) -> str:
    """A template of `report/templates` as HTML; every value is escaped, and the page is valid Unicode.

    `bundle` in the context is the `bundle.Description` that spoke, named in the footer; leave it out where none did.
    """
    common = {"bundle": None, "disclaimer": DISCLAIMER, "version": version("melanoscope")}
    return shown(_ENVIRONMENT.get_template(template).render(common | context))


def data_uri(content: bytes, media_type: str) -> str:
    """`content` as an address that stands in the page itself, so that the page is one file and works offline."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
