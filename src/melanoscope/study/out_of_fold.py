"""Out-of-fold answers as a table of predictions, so that they are judged as any system's."""

from __future__ import annotations

import re
from pathlib import Path

from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError
from melanoscope.evaluation.cases import Cases
from melanoscope.study import prediction_table
from melanoscope.study.predictions import Answer, Predictions


def write(cases: Cases, folder: Path) -> Path:
    """Write the pooled answers of one seed into `folder`; where they are, named after the system."""
    if cases.malignant is None or cases.probabilities is None or cases.called is None:
        raise InputError(f"{cases.system} does not say what a cross-validation says: all probabilities and a class.")
    rows = zip(cases.melanoma, cases.malignant, cases.probabilities, cases.called, strict=True)
    answers = tuple(
        Answer(float(melanoma), float(malignant), tuple(map(float, probabilities)), KEYS[called])
        for melanoma, malignant, probabilities, called in rows
    )
    path = folder / f"{re.sub('[^a-z0-9]+', '-', cases.system.lower())}.parquet"
    prediction_table.write(Predictions(cases.system, cases.source, cases.records, answers), path)
    return path
