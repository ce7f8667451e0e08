"""How long an audit takes, and how much memory: the aim is 12,000 photographs in under two minutes on two cores.

    python benchmarks/audit_speed.py SHARED_DATA

SHARED_DATA holds the folders isic9 and ham10000, which are audited together against HAM10000's own tables.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from melanoscope.data.audit import audit
from melanoscope.data.readers import read
from melanoscope.data.resolve import Reference
from melanoscope.inference.predictor import cores

LIMIT = 120.0
REFERENCES = ("HAM10000_metadata.csv", "metadata.csv")


def main(shared: Path) -> None:
    started = time.perf_counter()
    references = [Reference.read(shared / "ham10000" / table) for table in REFERENCES]
    records = [record for name in ("isic9", "ham10000") for record in read(shared / name)]
    found = audit(records, references)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{found.files:,} photographs audited in {seconds:.1f} s on {cores()} cores, peak memory {peak:.0f} MB")
    print(f"12,000 take {12_000 * seconds / found.files:.0f} s; the limit is {LIMIT:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
