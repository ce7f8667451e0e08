"""What may be trained on: audited photographs, and never the samples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from melanoscope.console import say, stderr
from melanoscope.data.audit import audit
from melanoscope.data.readers import read
from melanoscope.data.reserved import without_reserved
from melanoscope.data.resolve import Reference
from melanoscope.record import Record


def trainable(sources: Sequence[Path], references: Sequence[Path] = ()) -> list[Record]:
    """The photographs of an audit's clean.csv, or of data sets, which are audited together first, without the samples.

    `references` are tables that the audit trusts more than the labels. What was dropped is counted on stderr.
    """
    records = [record for source in sources for record in read(source)]
    if references or len(sources) > 1 or not any(record.group for record in records):
        found = audit(records, [Reference.read(table) for table in references])
        records = list(found.clean.rows)
        left, named = found.counts["excluded_files"], ", ".join(map(str, sources))
        say(f"Audited {named}: {left} of {found.files} files left out. `melanoscope audit` says why.", stderr)
    kept, dropped = without_reserved(records)
    if dropped:
        say(f"{len(dropped)} photographs are among the samples, which nothing is trained on: left out.", stderr)
    return list(kept)
