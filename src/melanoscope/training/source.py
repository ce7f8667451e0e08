"""What may be trained on: audited photographs, and never the samples."""

from __future__ import annotations

from pathlib import Path

from melanoscope.console import say, stderr
from melanoscope.data.audit import audit
from melanoscope.data.readers import read
from melanoscope.data.reserved import without_reserved
from melanoscope.record import Record


def trainable(source: Path) -> list[Record]:
    """The photographs of an audit's clean.csv, or of a data set, which is audited first, without the samples.

    What was dropped is counted on stderr.
    """
    records = read(source)
    if not any(record.group for record in records):
        found = audit(records)
        records = list(found.clean.rows)
        left = found.counts["excluded_files"]
        say(f"Audited {source}: {left} of {found.files} files left out. `melanoscope audit` says why.", stderr)
    kept, dropped = without_reserved(records)
    if dropped:
        say(f"{len(dropped)} photographs are among the samples, which nothing is trained on: left out.", stderr)
    return list(kept)
