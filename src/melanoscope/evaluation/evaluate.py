"""All figures of one system on one set of photographs, and why those that are missing are missing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from melanoscope.evaluation import binary, reliability
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.clinic import clinic
from melanoscope.evaluation.intervals import ROUNDS
from melanoscope.evaluation.levels import at_level, said_of
from melanoscope.evaluation.multiclass import classes
from melanoscope.evaluation.results import Evaluation
from melanoscope.evaluation.taxonomies import TAXONOMIES

PHOTOGRAPH = "photograph"


def evaluate(
    cases: Cases,
    *,
    level: str = PHOTOGRAPH,
    prevalence: float | None = None,
    temperature: float | None = None,
    extra: Mapping[str, Mapping[str, str]] | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
    stamp: str = "",
) -> Evaluation:
    """Every figure that `cases` allow, at the `level` of the photograph, the lesion or the patient.

    `prevalence` in (0, 1) is melanoma's where the system is to be used. `temperature` is what the system's
    probabilities were scaled by: with it, calibration is shown before and after. `extra` are more attributes for
    subgroups, each a value by image id, such as {"skin tone (estimated)": {"ISIC_0000021": "light"}}. `stamp` is what
    must stand on every figure. InputError where no photograph has an id of the level.
    """
    judged = at_level(cases, level)
    before = at_level(reliability.uncalibrated(cases, temperature), level) if temperature else None
    scales = [("", judged)] + ([] if before is None else [(reliability.BEFORE, before)])
    calibrations = [
        of(scaled, when, rounds, seed)
        for of in (reliability.of_called, reliability.of_melanoma)
        for when, scaled in scales
    ]
    tables = [classes(judged, taxonomy, rounds, seed) for taxonomy in TAXONOMIES]
    return Evaluation(
        system=cases.system,
        source=cases.source,
        level=level,
        n=len(judged),
        photographs=len(cases),
        groups=len(np.unique(judged.groups)),
        melanomas=int(judged.is_melanoma.sum()),
        prevalence=prevalence,
        melanoma=binary.melanoma(judged, prevalence, rounds, seed),
        malignant=binary.malignant(judged, None, rounds, seed),
        clinic=clinic(judged, rounds, seed),
        classes=tuple(table for table in tables if table),
        calibration=tuple(found for found in calibrations if found),
        subgroups=(),
        notes=said_of(cases, level),
        stamp=stamp,
    )
