"""The audit page: what offends, side by side."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from melanoscope.atomic import write_text
from melanoscope.data import audit_files
from melanoscope.data.audit import Audit, Together
from melanoscope.data.clean import published_split
from melanoscope.data.resolve import Contradiction
from melanoscope.record import Record
from melanoscope.report import audit_words
from melanoscope.report.page import render
from melanoscope.report.thumbnail import address, thumbnail

SHOWN = 24
"""Groups of photographs in a section, at most: the page must open at once in a browser."""

_TOGETHER = 6
_PIXELS = 160


@dataclass(frozen=True)
class Exhibit:
    """One photograph; `image` holds the thumbnail in its address, None where the file has gone since it was read."""

    image: str | None
    label: str
    split: str
    path: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """Photographs that belong together; `more` are not shown."""

    name: str
    exhibits: list[Exhibit]
    more: int


@dataclass(frozen=True)
class Section:
    """One kind of finding: `rows` of `total` are shown."""

    title: str
    words: str
    rows: list[Row]
    total: int


PAGE = "audit.html"

_GROUPS: tuple[tuple[str, str, Callable[[Audit], Sequence[Together]]], ...] = (
    (
        "One photograph, several diagnoses",
        "Files that show the same photograph under diagnoses that cannot both be true.",
        lambda audit: [group for group in audit.copies if group.across_classes],
    ),
    (
        "One photograph in several of train, validation and test",
        "What a network learned by heart is asked again: figures measured so are too good.",
        lambda audit: [group for group in audit.copies if group.across_splits],
    ),
    (
        "One lesion in several of train, validation and test",
        "Other photographs of a lesion are nearly as easy to recognise as copies.",
        lambda audit: [lesion for lesion in audit.lesions if lesion.across_splits],
    ),
    (
        "One ISIC id, different photographs",
        "One of the files has the wrong name.",
        lambda audit: audit.same_id,
    ),
    (
        "Near-identical photographs",
        "One photograph in another size, JPEG quality or colour, rotated or mirrored.",
        lambda audit: audit.near_identical,
    ),
)
"""The sections of photographs that belong together: title, words, and which they are."""


def write(audit: Audit, out: Path) -> None:
    """The page and, beside it, what `data.audit_files` writes, into a folder that is there."""
    audit_files.write(audit, out)
    write_text(out / PAGE, audit_page(audit))


def audit_page(audit: Audit) -> str:
    """One page that works offline; no EXIF of a photograph gets into it."""
    return render(
        "audit.html",
        audit=audit,
        counts=[
            (number, key.replace("_", " "), audit_words.MEANINGS[key], key in audit_words.FAULTS)
            for key, number in audit.counts.items()
        ],
        conclusion=audit_words.conclusion(audit),
        shortcuts=[audit_words.shortcut(measured) for measured in audit.confounding],
        sections=_sections(audit),
        unreadable=audit.unreadable[:SHOWN],
        reasons=_reasons(audit),
    )


def _sections(audit: Audit) -> list[Section]:
    root = _root(audit)
    found = [
        Section(title, words, [_row(group, root) for group in groups[:SHOWN]], len(groups))
        for title, words, choose in _GROUPS
        if (groups := choose(audit))
    ]
    return [*found, _contradictions(audit, root)] if audit.contradictions else found


def _contradictions(audit: Audit, root: Path) -> Section:
    rows = [
        Row(wrong.record.image_id, [_exhibit(wrong.record, root, _says(wrong))], 0)
        for wrong in audit.contradictions[:SHOWN]
    ]
    words = "The published diagnosis is not what a reference table says of the photograph."
    return Section("Contradicted by a reference", words, rows, len(audit.contradictions))


def _says(wrong: Contradiction) -> str:
    return f"{wrong.reference} says {wrong.label.diagnosis.name.lower()}"


def _row(group: Together, root: Path) -> Row:
    exhibits = [_exhibit(record, root) for record in group.records[:_TOGETHER]]
    return Row(group.name, exhibits, len(group.records) - len(exhibits))


def _exhibit(record: Record, root: Path, note: str = "") -> Exhibit:
    label = record.diagnosis.name if record.diagnosis else "no diagnosis"
    pixels = thumbnail(record.path, _PIXELS)
    image = None if pixels is None else address(pixels, "JPEG")
    return Exhibit(image, label, published_split(record), os.path.relpath(record.path, root), note)


def _root(audit: Audit) -> Path:
    """The folder that holds every photograph."""
    paths = [
        *(row.path for row in audit.clean.rows),
        *(file.path for file in (*audit.clean.excluded, *audit.unreadable)),
    ]
    return Path(os.path.commonpath([path.parent.absolute() for path in paths])) if paths else Path()


def _reasons(audit: Audit) -> list[tuple[str, int]]:
    """Why files were left out, the most frequent first."""
    reasons = Counter(file.reason for file in audit.clean.excluded)
    return sorted(reasons.items(), key=lambda reason: (-reason[1], reason[0]))
