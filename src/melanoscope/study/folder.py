"""A study as a folder: its figures, its predictions, its report and the bundle's model card."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from melanoscope.atomic import write_text
from melanoscope.evaluation.as_json import as_json
from melanoscope.evaluation.study import Study
from melanoscope.report import study_page
from melanoscope.report.papers.log import FILE, Log
from melanoscope.report.papers.model_card import MODEL_CARD
from melanoscope.report.papers.write import write as write_papers
from melanoscope.study import prediction_table
from melanoscope.study.predictions import Predictions


def write(study: Study, predictions: Predictions, out: Path) -> None:
    """Write `predictions.parquet`, `evaluation.json`, the report, its plots, and the model card into the folder `out`.

    InputError where one of the libraries for it is missing.
    """
    prediction_table.write(predictions, out / prediction_table.NAME)
    write_text(out / FILE, json.dumps(as_json(_without_weights(study)), indent=1, allow_nan=False) + "\n")
    study_page.write(study, out)
    write_papers(Log.read([out]), out, [MODEL_CARD])


def _without_weights(study: Study) -> Study:
    """Without what the bundle says of every photograph and weight: it is the bundle's, and a megabyte."""
    return replace(study, bundle=study.bundle and replace(study.bundle, seen=(), head_weights=()))
