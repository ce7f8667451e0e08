"""Pages: the one Jinja environment of the workstation, and what every template may use."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from melanoscope.console import DISCLAIMER
from melanoscope.data.files import shown
from melanoscope.workstation import context
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import secret
from melanoscope.workstation.security import csrf, logins, sessions
from melanoscope.workstation.service import bundles
from melanoscope.workstation.service.cases import bundle_view
from melanoscope.workstation.store.words import Role
from melanoscope.workstation.web import static_files
from melanoscope.workstation.web.areas import AREAS, home
from melanoscope.workstation.web.i18n import preferred, translations
from melanoscope.workstation.web.sentences import said
from melanoscope.workstation.web.words import DIAGNOSIS_WORDS, WORDS

_LOADER = ChoiceLoader(
    [
        PackageLoader("melanoscope.workstation.web"),
        PrefixLoader({"report": PackageLoader("melanoscope.report")}),  # the outcomes' shapes, drawn once
    ]
)


def page(request: Request, template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """A template of `web/templates` for whoever sent `request`, in their language.

    Every template has `actor` (None for a stranger), `csrf`, `bundle` (the one that speaks), `Role`,
    `path` and `home`, where they begin.
    """
    cookie = request.cookies.get(sessions.COOKIE)
    given = cookie or secret()  # a stranger's forms need a token too
    login = logins.of(request)
    common = {
        "actor": login.actor if login else None,
        "bundle": _speaking(request),
        "csrf": csrf.token(given),
        "disclaimer": DISCLAIMER,
        "path": request.url.path,
        "home": home(login.actor.role) if login else "/",
        "Role": Role,
        "areas": AREAS,
        "version": version("melanoscope"),
    }
    chosen = login.language if login else None
    environment = _environment(preferred(chosen or request.headers.get("Accept-Language", "")))
    text = shown(environment.get_template(template).render(common | values))
    response = HTMLResponse(text, status_code)
    if cookie is None:
        sessions.set_cookie(request, response, given)
    return response


def plain_page(request: Request, template: str, status_code: int, **values: Any) -> HTMLResponse:
    """A template that stands alone, for when even the database may fail."""
    environment = _environment(preferred(request.headers.get("Accept-Language", "")))
    return HTMLResponse(shown(environment.get_template(template).render(values)), status_code)


def _speaking(request: Request) -> Any:
    with context.of(request).store.reading() as session:
        return bundle_view(bundles.promoted(session))


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=_LOADER,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    known = translations(language)
    environment.install_gettext_translations(known, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"language": language, "static": static_files.address}

    def word(value: StrEnum) -> str:
        return known.gettext(WORDS[value])

    def diagnosis(key: str) -> str:
        return known.gettext(DIAGNOSIS_WORDS[key])

    def in_words(sentence: str) -> str:
        return said(language, sentence)

    def site(name: str) -> str:
        """A region of the body map in the reader's language; other words as they are."""
        return known.gettext(name) if name else ""

    def percent(share: float) -> str:
        return format_percent(share, "#,##0.0\u00a0%", locale=language)

    def number(value: float, pattern: str = "#,##0.##") -> str:
        return format_decimal(value, pattern, locale=language)

    def day(value: date) -> str:
        return format_date(value, "medium", locale=language)

    def exact(moment: datetime) -> str:
        return f"{format_datetime(moment, 'medium', locale=language)} UTC"

    def ago(moment: datetime) -> Markup:
        """In words, with the exact time on hover: in UTC here, in the visitor's own zone where `times.js` runs."""
        words = format_timedelta(moment - now(), add_direction=True, locale=language)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), exact(moment), words)

    named = {"word": word, "diagnosis": diagnosis, "said": in_words, "site": site}
    environment.filters |= named | {"percent": percent, "number": number, "day": day, "exact": exact, "ago": ago}
    return environment
