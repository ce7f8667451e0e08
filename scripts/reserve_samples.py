"""Keep the photographs of samples/ out of every training: writes src/melanoscope/data/reserved.csv.

    python scripts/reserve_samples.py

Run it once, after scripts/draw_samples.py. The tests hold the table against samples/.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from melanoscope.atomic import write_text
from melanoscope.data.files import photographs
from melanoscope.data.reserved import COLUMNS, row

ROOT = Path(__file__).parent.parent


def main() -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(row(path) for path in photographs(ROOT / "samples"))
    write_text(ROOT / "src" / "melanoscope" / "data" / "reserved.csv", text.getvalue())


if __name__ == "__main__":
    main()
