"""Write the manifests that `melanoscope data get` downloads by, from the data sets as published.

    python scripts/write_manifests.py DATA     # reads DATA/isic9 and DATA/ham10000

The same photographs give the same bytes.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from melanoscope.data import read
from melanoscope.data.decode import decode
from melanoscope.data.manifest import NAMES, Entry, entry, save
from melanoscope.data.phash import phash
from melanoscope.record import Record

MANIFESTS = Path(__file__).parents[1] / "src" / "melanoscope" / "data" / "manifests"


def main(data: Path) -> None:
    for name in NAMES:

        def line(record: Record, folder: Path = data / name) -> Entry:
            return entry(record, folder, phash(decode(record.path)))

        with ThreadPoolExecutor() as pool:
            save(pool.map(line, read(data / name)), MANIFESTS / f"{name}.csv.gz")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
