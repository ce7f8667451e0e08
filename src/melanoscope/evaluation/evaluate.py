"""All figures of one system on one set of photographs, and why those that are missing are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from melanoscope.evaluation import binary
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.clinic import clinic
from melanoscope.evaluation.coverage import covered
from melanoscope.evaluation.intervals import ROUNDS
from melanoscope.evaluation.levels import at_level, said_of
from melanoscope.evaluation.multiclass import classes
from melanoscope.evaluation.reliability import BEFORE, of_called, of_melanoma, uncalibrated
from melanoscope.evaluation.results import Calibration, Evaluation
from melanoscope.evaluation.subgroups import NOT_STATED, Extra, attributes, by, subgroups
from melanoscope.evaluation.taxonomies import TAXONOMIES


def evaluate(
    cases: Cases,
    *,
    level: str = "photograph",
    prevalence: float | None = None,
    temperature: float | None = None,
    extra: Extra | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Evaluation:
    """Every figure that `cases` allow, at the `level` of the photograph, the lesion or the patient.

    `prevalence` in (0, 1) is melanoma's where the system is to be used. `temperature` is what the logits were divided
    by: with it, calibration is given before and after. It must be None where more was done to the probabilities, such
    as a shift to another prevalence. `extra` are more attributes for subgroups, each with a value by path:
    {"skin tone (estimated)": {Path("ISIC_0000021.jpg"): "light"}}.
    InputError where no photograph has an id of the level.
    """
    cases, extra = _sound(cases), extra or {}
    judged = at_level(cases, level)
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
        classes=tuple(table for of in TAXONOMIES if (table := classes(judged, of, rounds, seed))),
        calibration=_calibration(judged, temperature, rounds, seed),
        coverage=covered(judged, rounds, seed),
        subgroups=subgroups(judged, extra, rounds, seed),
        notes=(*said_of(cases, level), *_truth(judged), *_system(judged, temperature), *_unstated(judged, extra)),
        stamp=cases.stamp,
    )


def _sound(cases: Cases) -> Cases:
    """Without the probabilities of each class where one of them is nan: no sum of them, and no rank, means anything."""
    whole = cases.probabilities is None or not np.isnan(cases.probabilities).any()
    return cases if whole else replace(cases, probabilities=None)


def _calibration(judged: Cases, temperature: float | None, rounds: int, seed: int) -> tuple[Calibration, ...]:
    """Of the called class and of melanoma, each before temperature scaling, where that is known, and after it."""
    kinds = (of_called, of_melanoma)
    if temperature is None or judged.probabilities is None:
        return tuple(found for of in kinds if (found := of(judged, "", rounds, seed)))
    before = uncalibrated(judged, temperature)
    pairs = ((of(before, BEFORE, rounds, seed), of(judged, "", rounds, seed, before)) for of in kinds)
    return tuple(found for pair in pairs for found in pair if found)


def _truth(cases: Cases) -> Iterator[str]:
    """What the labels and the groups do not allow."""
    melanomas, known = int(cases.is_melanoma.sum()), [r for r in cases.records if r.patient_id or r.lesion_id]
    if not melanomas:
        yield "No photograph is of a melanoma, so nothing is said of how well melanomas are found."
    elif melanomas == len(cases):
        yield "Every photograph is of a melanoma, so nothing is said of how well others are told from them."
    if len(known) < len(cases):
        yield (
            f"{len(cases) - len(known):,} of {len(cases):,} have no lesion or patient id: where they show one lesion "
            "all the same, and are no near copies of each other, the intervals are too narrow."
        )
    if len(np.unique(cases.groups)) < 2:
        yield "There are fewer than two lesions or patients, so there are no intervals."


def _system(cases: Cases, temperature: float | None) -> Iterator[str]:
    """What the system does not say."""
    nan = int(np.isnan(cases.melanoma).sum())
    if nan:
        yield f"{nan:,} of {len(cases):,} melanoma scores are not numbers, so no figure is made of the scores."
    elif len(cases) > 1 and np.ptp(cases.melanoma) == 0:
        yield "All melanoma scores are equal: the system tells no photograph from another."
    if cases.malignant is None:
        yield "The system does not say how likely a malignant lesion is, so malignant against benign is not judged."
    if cases.outcomes is None:
        yield "The system has no operating points, so what a clinic would gain is not judged."
    if cases.probabilities is None:
        without = "judged without AUC and top 2" if cases.called is not None else "not judged"
        yield f"The system does not say a probability of each of the nine diagnoses, so the classes are {without}."
    elif temperature is None:
        yield "By what temperature the probabilities were scaled is not known, so calibration is not shown before it."


def _unstated(cases: Cases, extra: Extra) -> Iterator[str]:
    """By what there are no subgroups."""
    names = [by(name) for name, values in attributes(cases, extra).items() if (values == NOT_STATED).all()]
    if names:
        listed = " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        yield f"There are no subgroups by {listed}: no photograph states it."
