"""The result files: every photograph once, the most urgent first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from melanoscope.atomic import replacing
from melanoscope.bundle import Description
from melanoscope.console import DISCLAIMER
from melanoscope.data import csv_file
from melanoscope.data.files import shown
from melanoscope.diagnosis import KEYS
from melanoscope.prediction import MELANOMA, Finding, Outcome, Prediction

DIGITS = 6
"""Decimals of a probability in the tables; decisions are made on all of them."""

OTHER_KEYS = tuple(key for key in KEYS if key != KEYS[MELANOMA])
COLUMNS = ("path", "outcome", "reason", "diagnosis", "possible", "quality", "melanoma", "malignant", *OTHER_KEYS)


class Ranking:
    """The findings of the photographs at `paths`, ranked: by urgency, then melanoma, most first, then path.

    Only the order is held in memory; `finding` is asked again when a photograph's turn comes.
    """

    def __init__(self, paths: Iterable[Path], finding: Callable[[Path], Finding]) -> None:
        self._finding = finding
        keys = sorted(_rank(finding(path)) for path in paths)
        self._order = [Path(path) for _, _, path in keys]
        urgencies = Counter(urgency for urgency, _, _ in keys)
        self.counts = {outcome: urgencies[outcome.urgency] for outcome in Outcome}

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Finding]:
        return map(self._finding, self._order)


def _rank(finding: Finding) -> tuple[int, float, str]:
    answer = finding.answer
    melanoma = answer.melanoma if isinstance(answer, Prediction) else 0.0
    return finding.decision.outcome.urgency, -melanoma, str(answer.path)


def write_csv(path: Path, ranking: Iterable[Finding]) -> None:
    """One row for each photograph, with `COLUMNS`; only what could not be read has blanks instead of probabilities."""
    csv_file.write(path, COLUMNS, (list(map(_cell, row(finding).values())) for finding in ranking))


def write_json(path: Path, ranking: Ranking, description: Description, prevalence: float | None) -> None:
    """The same as the CSV, with the counts and which bundle spoke; written as it is read, however long."""
    head = {
        "notice": DISCLAIMER,
        "bundle": bundle_identity(description),
        "operating_points": asdict(description.operating_points),
        "prevalence": prevalence,
        "counts": {outcome.value: n for outcome, n in ranking.counts.items()},
    }
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, indent=1, ensure_ascii=False)[:-2] + ',\n "photographs": [')
        separator = "\n  "
        for finding in ranking:
            file.write(separator + json.dumps(row(finding), ensure_ascii=False))
            separator = ",\n  "
        file.write("\n ]\n}\n")


def row(finding: Finding) -> dict[str, Any]:
    """What the result files say of one photograph, by `COLUMNS`; None is blank."""
    answer, decision = finding.answer, finding.decision
    said: dict[str, Any] = {"path": shown(answer.path), "outcome": decision.outcome.value, "reason": decision.reason}
    if not isinstance(answer, Prediction):
        return said | dict.fromkeys(COLUMNS[3:])
    probabilities = {key: round(float(p), DIGITS) for key, p in zip(KEYS, answer.probabilities, strict=True)}
    return said | {
        "diagnosis": answer.diagnosis.key,
        "possible": [diagnosis.key for diagnosis in answer.possible],
        "quality": " ".join(issue.advice for issue in answer.quality),
        "melanoma": probabilities[KEYS[MELANOMA]],
        "malignant": round(answer.malignant, DIGITS),
        **{key: probabilities[key] for key in OTHER_KEYS},
    }


def bundle_identity(description: Description) -> dict[str, str]:
    return {"name": description.name, "created": description.created, "model_sha256": description.model_sha256}


def _cell(value: str | float | list[str] | None) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(value)
    return f"{value:.{DIGITS}f}" if isinstance(value, float) else value
