"""Several systems on the same photographs: from the files of their predictions to one page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from melanoscope.atomic import make_folder, write_text
from melanoscope.evaluation.as_json import as_json
from melanoscope.evaluation.compare import Comparison
from melanoscope.evaluation.compare import compare as compare_cases
from melanoscope.report import compare_page
from melanoscope.study import prediction_table
from melanoscope.study.conduct import with_truth
from melanoscope.study.join import unique
from melanoscope.study.predictions import Predictions

FILE = "comparison.json"


def compare(tables: Sequence[Path], truth: Path | None, out: Path, level: str, rounds: int, seed: int) -> Comparison:
    """The systems of `tables`, each a table of predictions or a folder that `evaluate` wrote, into the folder `out`.

    A system is called as its folder or its file. The truth is that of `truth`, or else what each table says.
    """
    systems = [_judged(table, truth) for table in tables]
    comparison = compare_cases([judged.cases() for judged in systems], level, rounds, seed)
    read = tuple(f"{judged.system}: {note}" for judged in systems for note in judged.notes)
    comparison = replace(comparison, notes=(*read, *comparison.notes))
    make_folder(out)
    write_text(out / FILE, json.dumps(as_json(comparison), indent=1, allow_nan=False) + "\n")
    compare_page.write(comparison, out)
    return comparison


def _judged(table: Path, truth: Path | None) -> Predictions:
    """What has a truth and a score."""
    predictions = prediction_table.read(table)
    unique(predictions)
    name = table.absolute().name if table.is_dir() else table.stem
    judged, _ = with_truth(predictions, truth)
    scored = [i for i, answer in enumerate(judged.answers) if answer.scored]
    return replace(judged.take(scored), system=name)
