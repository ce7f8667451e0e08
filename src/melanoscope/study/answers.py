"""What a bundle says of photographs, noted as it is said, so that an interrupted evaluation goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from melanoscope.atomic import write_text
from melanoscope.console import track
from melanoscope.data.fingerprint import Fingerprint
from melanoscope.inference.decision import decide
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Finding, Outcome
from melanoscope.record import Record
from melanoscope.study.predictions import Answer

NAME = "answers.jsonl"
_KEYS = {"sha256", *(each.name for each in fields(Answer))}


def ask(
    predictor: Predictor, records: Sequence[Record], prints: Sequence[Fingerprint], journal: Path, resume: bool
) -> tuple[Answer, ...]:
    """What is said of each record. With `resume`, what `journal` has from the same bundles is not asked again.

    An answer is known by the SHA-256 of its photograph's file: one that was changed in between is asked again.
    """
    header = {"bundle": predictor.ensemble.digest}
    known = dict(_noted(journal, header)) if resume else {}
    missing = {found.sha256: record.path for record, found in zip(records, prints, strict=True)}
    missing = {sha256: path for sha256, path in missing.items() if sha256 not in known}
    points = predictor.ensemble.description.operating_points
    lines = (_line({"sha256": sha256} | asdict(answer)) for sha256, answer in known.items())
    write_text(journal, "".join((_line(header), *lines)))
    with journal.open("a", encoding="utf-8") as file:
        said = track(predictor.predict(missing.values()), "Predicting", len(missing))
        for sha256, answer in zip(missing, said, strict=True):
            known[sha256] = Answer.of(Finding(answer, decide(answer, points)))
            file.write(_line({"sha256": sha256} | asdict(known[sha256])))
            file.flush()
    return tuple(known[found.sha256] for found in prints)


def _noted(journal: Path, header: dict[str, str]) -> Iterator[tuple[str, Answer]]:
    """What the same bundle said before, up to a line that a kill tore or that another version wrote."""
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True) if journal.is_file() else []
    if not lines or _values(lines[0]) != header:
        return
    for values in map(_values, lines[1:]):
        if values is None or values.keys() != _KEYS:
            return
        sha256, outcome = values.pop("sha256"), Outcome(values.pop("outcome"))
        values |= {name: tuple(values[name]) for name in ("probabilities", "possible") if values[name] is not None}
        yield sha256, Answer(**values, outcome=outcome)


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":")) + "\n"


def _values(line: str) -> dict[str, Any] | None:
    try:
        values = json.loads(line) if line.endswith("\n") else None
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
