"""Bring the catalogues of the workstation up to date with its strings, and print those that lack their translation.

python scripts/translations.py            # writes src/melanoscope/workstation/web/locales/*.po
python scripts/translations.py --check    # only prints

The strings are those of the templates, those that Python marks (`N_`, `_`, `ngettext`), the names of the diagnoses, and
the sentences that other rooms say in English, of which `src/melanoscope/workstation/web/sentences.py` says more.
"""

import ast
import re
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from melanoscope.console import DISCLAIMER
from melanoscope.diagnosis import DIAGNOSES

SOURCE = Path(__file__).resolve().parents[1] / "src" / "melanoscope"
WORKSTATION = SOURCE / "workstation"
LOCALES = WORKSTATION / "web" / "locales"

SPEAKING = [
    *(path for room in ("service", "security", "web") for path in sorted((WORKSTATION / room).rglob("*.py"))),
    WORKSTATION / "photographs.py",
    WORKSTATION / "scoring.py",
    SOURCE / "data" / "decode.py",
    SOURCE / "imaging" / "quality.py",
    SOURCE / "bundle" / "__init__.py",
]
"""What a page may quote; what only the command line says stays English."""

SAYS = re.compile(
    "Invalid|Conflict|Gone|Forbidden|InputError|UnreadableImage|Unreadable|HTTPException|_Rule|QualityIssue"
)
"""Calls whose sentences are for people."""


def strings() -> Catalog:
    """Every string, with the files that it stands in."""
    catalog = Catalog(project="melanoscope", copyright_holder="The Melanoscope authors")
    for path, found in (*_of_templates(), *_of_python(), *_of_sentences()):
        catalog.add(found, locations=[(path.relative_to(SOURCE).as_posix(), None)])
    for text in (DISCLAIMER, *(diagnosis.name for diagnosis in DIAGNOSES)):
        catalog.add(text, locations=[("diagnosis.py", None)])
    return catalog


def _of_templates() -> Iterator[tuple[Path, str | tuple[str, ...]]]:
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    for path in sorted((WORKSTATION / "web" / "templates").rglob("*.html")):
        for _, message, _, _ in extract_from_file("jinja2.ext:babel_extract", path, options=options):
            yield path, message


def _of_python() -> Iterator[tuple[Path, str | tuple[str, ...]]]:
    keywords = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
    for path in sorted(WORKSTATION.rglob("*.py")):
        for _, message, _, _ in extract_from_file("python", path, keywords=keywords):
            yield path, message


def _of_sentences() -> Iterator[tuple[Path, str]]:
    for path in SPEAKING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and SAYS.fullmatch(getattr(node.func, "id", getattr(node.func, "attr", ""))):
                for given in (*node.args, *(keyword.value for keyword in node.keywords)):
                    yield from ((path, text) for text in _texts(given) if re.search(r"[a-z]{2,}.* .*[a-z]{2,}", text))


def _texts(node: ast.expr) -> Iterator[str]:
    """What an expression may say, its values numbered."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        numbers = count()
        yield re.sub(r"\{\}", lambda _: f"{{{next(numbers)}}}", node.value)
    elif isinstance(node, ast.JoinedStr):
        numbers = count()
        parts = (each.value if isinstance(each, ast.Constant) else f"{{{next(numbers)}}}" for each in node.values)
        yield "".join(parts)
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _texts(child)


def _missing(catalog: Catalog) -> Iterator[str]:
    """What a catalogue lacks or is unsure of, and where its values are not those of the English sentence."""
    for message in catalog:
        texts = list(message.string) if isinstance(message.string, tuple) else [message.string]
        if not message.id:
            continue
        if message.fuzzy or not all(texts):
            yield f"{catalog.locale}: {message.id!r} has no translation"
        elif any(_values(text) != _values(_whole(message.id)) for text in texts[-1:]):
            yield f"{catalog.locale}: {message.id!r} is filled with other values"


def _unescaped() -> Iterator[str]:
    """Strings of templates with a percent sign alone, which Jinja fills values into and fails."""
    for path, message in _of_templates():
        if re.search(r"%(?!\()", _whole(message).replace("%%", "")):
            yield f"{path.name}: {message!r} needs %% for a percent sign"


def _whole(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[-1]


def _values(text: str) -> list[str]:
    return sorted(set(re.findall(r"%\(\w+\)s|\{\d+\}", text)))


def main() -> None:
    found = strings()
    for path in sorted(LOCALES.glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, path.stem)
        catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        if "--check" not in sys.argv:
            with path.open("wb") as file:
                write_po(file, catalog, width=110, include_lineno=False, sort_output=True)
        print(*(f"{sentence}\n" for sentence in _missing(catalog)), sep="", end="")
    print(*(f"{sentence}\n" for sentence in _unescaped()), sep="", end="")


main()
