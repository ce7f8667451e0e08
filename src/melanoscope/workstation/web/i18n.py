"""Languages: every string of a page goes through gettext; English is what the templates say."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from babel.core import negotiate_locale

LOCALES = Path(__file__).parent / "locales"
SOURCE = "en"


@cache
def languages() -> tuple[str, ...]:
    """Those that there are words for."""
    return (SOURCE, *sorted(path.name for path in LOCALES.iterdir() if path.is_dir()))


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The words of a language; those of the source where there are none."""
    return gettext.translation("workstation", LOCALES, [language], fallback=True)


def preferred(accepted: str) -> str:
    """The best of `languages` for an Accept-Language header, whose order is taken as it stands."""
    wanted = [part.split(";")[0].strip().split("-")[0] for part in accepted.split(",")]
    return negotiate_locale(wanted, languages()) or SOURCE
