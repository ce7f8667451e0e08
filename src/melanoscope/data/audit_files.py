"""What an audit leaves in a folder for programs: `clean.csv`, `excluded.csv` and `audit.json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from melanoscope.atomic import write_text
from melanoscope.data import csv_file
from melanoscope.data.audit import Audit, Together
from melanoscope.data.clean import Excluded, published_split
from melanoscope.data.files import shown
from melanoscope.data.readers import clean
from melanoscope.record import Record

CLEAN = "clean.csv"
EXCLUDED = "excluded.csv"
JSON = "audit.json"


def write(audit: Audit, out: Path) -> None:
    """All three, each whole or not at all; the same audit gives the same bytes."""
    clean.write(out / CLEAN, audit.clean.rows)
    csv_file.write(out / EXCLUDED, ("path", "reason"), map(_reason, _left_out(audit)))
    write_text(out / JSON, json.dumps(_findings(audit), indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _left_out(audit: Audit) -> list[Excluded]:
    unreadable = [Excluded(file.path, f"unreadable: {file.reason}") for file in audit.unreadable]
    return sorted([*unreadable, *audit.clean.excluded], key=lambda dropped: dropped.path)


def _reason(dropped: Excluded) -> tuple[Path, str]:
    return dropped.path, f"{dropped.reason}: {dropped.kept}" if dropped.kept else dropped.reason


def _findings(audit: Audit) -> dict[str, Any]:
    return {
        "counts": audit.counts,
        "unreadable": [{"path": shown(file.path), "reason": file.reason} for file in audit.unreadable],
        "identical": list(map(_together, audit.identical)),
        "near_identical": list(map(_together, audit.near_identical)),
        "same_id_different_photographs": list(map(_together, audit.same_id)),
        "lesions": list(map(_together, audit.lesions)),
        "reference_contradictions": [
            {
                "path": shown(found.record.path),
                "published": _key(found.record),
                "reference": found.label.diagnosis.key,
                "table": shown(found.reference),
            }
            for found in audit.contradictions
        ],
        "confounding": [asdict(measured) for measured in audit.confounding],
        "classes": [asdict(balance) for balance in audit.balance],
        "excluded": [{"path": shown(file.path), "reason": shown(_reason(file)[1])} for file in _left_out(audit)],
    }


def _together(group: Together) -> dict[str, Any]:
    files = [
        {"path": shown(record.path), "diagnosis": _key(record), "split": published_split(record)}
        for record in group.records
    ]
    return {
        "name": shown(group.name),
        "across_classes": group.across_classes,
        "across_splits": group.across_splits,
        "files": files,
    }


def _key(record: Record) -> str | None:
    return record.diagnosis.key if record.diagnosis else None
