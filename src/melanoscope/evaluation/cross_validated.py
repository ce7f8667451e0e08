"""What a recipe is worth, collection by collection, on photographs that its networks have not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from melanoscope.evaluation import binary, multiclass, reliability
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.taxonomies import HAM10000

AUC = "melanoma_auc"
SPECIFICITY = "specificity_at_95_sensitivity"
BALANCED = "balanced_accuracy_of_seven"
CALIBRATION = "expected_calibration_error"
MELANOMA_CALIBRATION = "melanoma_calibration_error"
Figures = Mapping[str, Figure]


def parts(cases: Cases) -> dict[str, Cases]:
    """The photographs of each collection, by its name; not of one without melanomas, or of melanomas alone."""
    of = np.array([record.collection or "an unnamed collection" for record in cases.records])
    found = {name: cases.take(np.flatnonzero(of == name)) for name in sorted(set(of.tolist()))}
    return {name: part for name, part in found.items() if 0 < part.is_melanoma.sum() < len(part)}


def by_collection(cases: Cases) -> dict[str, Figures]:
    """The figures of each of the `parts`."""
    return {name: figures(part) for name, part in parts(cases).items()}


def figures(cases: Cases) -> Figures:
    """Melanoma's AUC and its specificity where 95 % are found; balanced accuracy over HAM10000's seven classes, of the
    named diagnosis, where all seven occur; the calibration errors of the most probable diagnosis and of melanoma, in 15
    bins of equal mass.
    """
    told, seven = binary.melanoma(cases), multiclass.classes(cases, HAM10000)
    found = {AUC: told.auc, SPECIFICITY: told.specificity_at[0.95]}
    if seven and all(each.n for each in seven.each):
        found[BALANCED] = seven.balanced_accuracy
    for name, calibration in (
        (CALIBRATION, reliability.of_called(replace(cases, called=None))),
        (MELANOMA_CALIBRATION, reliability.of_melanoma(cases)),
    ):
        if calibration:
            found[name] = calibration.expected_calibration_error
    return found
