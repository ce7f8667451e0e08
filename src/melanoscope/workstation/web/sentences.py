"""What other rooms say in English, in another language: why a case was flagged, what is wrong with what was sent.

Those rooms know no languages, and what they said is kept in the database as they said it. So a sentence is looked up
as it stands, and where values were filled into it, by the template that it came from: `scripts/translations.py` puts
`f"There is an account {name} already."` into the catalogue as “There is an account {0} already.”
"""

from __future__ import annotations

import re
from functools import cache

from babel.numbers import get_decimal_symbol

from melanoscope.workstation.web.i18n import templates, translations
from melanoscope.workstation.web.words import N_

REASONS = (
    N_("melanoma {0}, alert from {1}"),
    N_("melanoma {0}, review from {1}"),
    N_("malignant {0}, review from {1}"),
    N_("actinic keratosis is always reviewed"),
    N_("unlike the photographs that the bundle knows ({0} times the limit)"),
    N_("would be ALERT: {0}"),
    N_("would be REVIEW: {0}"),
)
"""Those of `inference.decision`, which builds them of parts that are no sentences by themselves."""

_VALUE = re.compile(r"\\\{(\d+)\\\}")
_FRACTION = re.compile(r"\d+\.\d+")
_JOINED = "; "


def said(language: str, sentence: str) -> str:
    """`sentence` in `language`; as it stands where the catalogue does not have it."""
    if _FRACTION.fullmatch(sentence):
        return sentence.replace(".", get_decimal_symbol(language))
    whole = _known(language, sentence)
    if whole is not None:
        return whole
    parts = sentence.split(_JOINED)
    return _JOINED.join(said(language, part) for part in parts) if len(parts) > 1 else sentence


def _known(language: str, sentence: str) -> str | None:
    """Parts that were joined have lost their full stops, so each is also looked up with one."""
    for given, end in ((sentence, ""), (f"{sentence}.", ".")):
        found = translations(language).gettext(given)
        if found != given:
            return found.removesuffix(end)
        for template in templates(language):
            values = _pattern(template).fullmatch(given)
            if values:
                words = [said(language, value) for value in values.groups()]
                return translations(language).gettext(template).format(*words).removesuffix(end)
    return None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What `template` has made. Its values are numbered in the order in which they stand."""
    return re.compile(_VALUE.sub("(.+?)", re.escape(template)), re.DOTALL)
