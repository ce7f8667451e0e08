"""A study's plots: each a PNG in a folder, stamped where the study is, and the same PNG for the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from matplotlib.figure import Figure

from melanoscope.atomic import make_folder
from melanoscope.evaluation.results import Binary, Calibration, Evaluation
from melanoscope.evaluation.study import Study
from melanoscope.report import plots
from melanoscope.report.numbers import count
from melanoscope.report.page import data_uri
from melanoscope.report.section import Plot
from melanoscope.report.study_plots.confusion import confusion
from melanoscope.report.study_plots.decision_curve import decision_curve
from melanoscope.report.study_plots.explanation import explanation
from melanoscope.report.study_plots.reliability import reliability
from melanoscope.report.study_plots.roc import precision_recall, roc
from melanoscope.report.study_plots.shortcuts import shortcuts
from melanoscope.report.study_plots.stress import stress
from melanoscope.report.study_plots.subgroups import subgroups

Drawing = tuple[str, str, Figure, str]
"""The section's key, the plot's name, the plot, and its caption."""


def draw(study: Study, folder: Path) -> dict[str, tuple[Plot, ...]]:
    """Draw what was measured as `<section>-<name>.png`; by section's key.

    `folder` is made where it is missing, and emptied of plots.
    """
    empty(folder)
    stamp = study.evaluations[0].stamp
    drawn: dict[str, tuple[Plot, ...]] = {}
    for section, name, figure, caption in _drawings(study):
        drawn[section] = (*drawn.get(section, ()), put(figure, folder / f"{section}-{name}.png", caption, stamp))
    return drawn


def empty(folder: Path) -> None:
    """Make the folder where it is missing; plots of an earlier study are removed, lest they be taken for this one's."""
    make_folder(folder)
    for old in folder.glob("*.png"):
        old.unlink()


def put(figure: Figure, path: Path, caption: str, stamp: str) -> Plot:
    """Write one plot, stamped, and give it as it stands in a page."""
    plots.stamp(figure, stamp)
    plots.save(figure, path, dpi=plots.SHARP)
    return Plot(path.stem, data_uri(path.read_bytes(), "image/png"), caption)


def _drawings(study: Study) -> Iterator[Drawing]:
    evaluation = study.evaluations[0]
    for binary in (evaluation.melanoma, evaluation.malignant):
        if binary is not None and len(binary.roc):
            yield from _of_binary(binary, evaluation)
    yield from _of_evaluation(evaluation)
    yield from _of_study(study)


def _of_binary(binary: Binary, evaluation: Evaluation) -> Iterator[Drawing]:
    who = f"{binary.positive} against the rest; n = {count(binary.n, evaluation.level)}, {binary.positives:,} positive"
    yield binary.positive, "roc", roc(binary), f"ROC curve, {who}. The marks are the operating points."
    yield binary.positive, "precision-recall", precision_recall(binary), f"Precision and recall, {who}."
    if binary.net_benefit is not None:
        caption = f"Decision curve, {who}. The band is the 95 % interval; where the curve is the highest, it is worth"
        yield binary.positive, "decision-curve", decision_curve(binary.net_benefit), f"{caption} being used."


def _of_evaluation(evaluation: Evaluation) -> Iterator[Drawing]:
    for number, classes in enumerate(evaluation.classes):
        section = "coarser" if number else "classes"
        caption = f"{classes.taxonomy}: counts, and shares of each row; n = {count(classes.n, evaluation.level)}."
        yield section, f"confusion-{number}", confusion(classes), caption
    for what in dict.fromkeys(_what(each) for each in evaluation.calibration):
        among = [each for each in evaluation.calibration if _what(each) == what]
        caption = (
            f"Reliability of {what}, n = {among[0].n:,}: bins of equal mass, {among[0].count.mean():.0f} in each in the"
            " mean, with 95 % intervals. Below, a histogram."
        )
        yield "calibration", what.replace(" ", "-"), reliability(among), caption
    for number, figure in enumerate(subgroups(evaluation), 1):
        caption = "AUC of melanoma by subgroup with 95 % intervals (melanomas/all). Grey and hollow: too few to say."
        yield "subgroups", f"forest-{number}", figure, caption


def _what(calibration: Calibration) -> str:
    """What is calibrated, before as after scaling."""
    return calibration.what.split(",")[0]


def _of_study(study: Study) -> Iterator[Drawing]:
    if study.stress:
        what = "Change of melanoma's AUC; photographs that end with another outcome; flagged ones that end as ROUTINE"
        n = f"n = {count(study.stress[0].n, 'photograph')}"
        caption = f"{what}, against the unchanged photographs, with 95 % intervals; {n}."
        yield "stress", "changes", stress(study.stress), caption
    if study.shortcuts:
        who = "small classifiers that see only this, out of fold, and of the bundle shown only this (dotted bars)"
        caption = f"AUC of {who}; n = {count(study.shortcuts[0].n, 'photograph')}."
        yield "shortcuts", "probes", shortcuts(study.shortcuts, study.evaluations[0].melanoma.auc), caption
    if study.explanation is not None:
        n = f"n = {count(study.explanation.n, 'photograph')}"
        caption = f"Mean probability of melanoma as pixels go or come, {n}."
        yield "explanations", "curves", explanation(study.explanation), caption
