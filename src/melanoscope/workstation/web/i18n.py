"""Languages: every string of a page goes through gettext; English is what the templates say.

A catalogue is the translators' own file, `locales/<language>.po`, read as it is: there is nothing to compile.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
SOURCE = "en"


@cache
def languages() -> tuple[str, ...]:
    """Those that there are words for."""
    return (SOURCE, *sorted(path.stem for path in LOCALES.glob("*.po")))


@cache
def translations(language: str) -> NullTranslations:
    """The words of one of `languages`; of the source there are none to change."""
    if language == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def templates(language: str) -> tuple[str, ...]:
    """The sentences of a catalogue that values are filled into, `{0}`, `{1}` and so on; what says most comes first."""
    if language == SOURCE:
        return ()
    known = (message.id for message in _catalogue(language))
    return tuple(sorted((text for text in known if isinstance(text, str) and "{0}" in text), key=len, reverse=True))


def preferred(accepted: str) -> str:
    """The best of `languages` for an Accept-Language header, whose order is taken as it stands."""
    wanted = [part.split(";")[0].strip().split("-")[0] for part in accepted.split(",")]
    return negotiate_locale(wanted, languages()) or SOURCE


def _catalogue(language: str) -> Catalog:
    with (LOCALES / f"{language}.po").open("rb") as file:
        return read_po(file, language)
