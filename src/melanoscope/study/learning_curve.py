"""A learning curve in files: from the answers of a cross-validation to figures and a plot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from melanoscope.atomic import write_text
from melanoscope.evaluation.as_json import as_json
from melanoscope.evaluation.learning_curve import Fitted, LearningCurve, measure
from melanoscope.extras import evidence

FILE, PLOT = "learning-curve.json", "learning-curve.png"


def write(fitted: Sequence[Fitted], folder: Path) -> LearningCurve:
    """Measure the curve through `fitted`, and write it and its plot into `folder`.

    InputError where matplotlib is missing.
    """
    with evidence("The learning curve"):
        from melanoscope.report.plots import SHARP, save
        from melanoscope.report.study_plots.learning_curve import learning_curve
    curve = measure(fitted)
    write_text(folder / FILE, json.dumps(as_json(curve), indent=1, allow_nan=False) + "\n")
    save(learning_curve(curve), folder / PLOT, SHARP)
    return curve
