"""How well `evaluate` knows again what a bundle has seen: copies found, and new photographs taken for copies.

    python benchmarks/leakage.py SHARED_DATA

SHARED_DATA holds the folders isic9, ham10000, isic2017 and uda1; validation photographs are left alone. Ids and lesions
are hidden, so that the pixels alone decide. A copy is a file of a seen photograph's id that a collection resized and
encoded in its own way; a new photograph has another id, and some of these are true copies that the archive holds
twice. Beside the rule: the perceptual hash alone, at the audit's limit. About 20 s on two cores.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from melanoscope.bundle import Bundle, Seen
from melanoscope.data.fingerprint import Fingerprint, fingerprints
from melanoscope.data.readers import read
from melanoscope.evaluation.leakage import leaks
from melanoscope.record import Record

Pair = tuple[Record, Fingerprint]


def main(shared: Path) -> None:
    seen = Bundle.shipped().description.seen
    names, files = {each.image_id for each in seen}, {each.sha256 for each in seen}
    others = [(record, found) for record, found in photographs(shared) if found.sha256 not in files]
    table = Table("told by", "copies found", "new taken for copies")
    for rule, known in (("hash and signs", seen), ("hash alone", [replace(each, signs="") for each in seen])):
        copies, new = (
            counted([each for each in others if (each[0].image_id in names) is wanted], known)
            for wanted in (True, False)
        )
        table.add_row(rule, copies, new)
    Console().print(table)


def photographs(shared: Path) -> list[Pair]:
    records = [record for name in ("isic9", "ham10000", "isic2017", "uda1") for record in read(shared / name)]
    kept = [record for record in records if record.published_split != "validation"]
    prints = fingerprints([record.path for record in kept])
    return [(record, found) for record, found in zip(kept, prints, strict=True) if isinstance(found, Fingerprint)]


def counted(asked: Sequence[Pair], seen: Sequence[Seen]) -> str:
    """How many of them are known again by their pixels."""
    nameless = [replace(record, image_id="", lesion_id=None, group=None) for record, _ in asked]
    found = sum(leak is not None for leak in leaks(nameless, [found for _, found in asked], seen))
    return f"{found:,} of {len(asked):,} ({found / len(asked):.2%})"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
