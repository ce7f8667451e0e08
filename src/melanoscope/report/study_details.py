"""A study's figures as tables: of classes, calibration, subgroups, stress, shortcuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from melanoscope.bundle import Conformal
from melanoscope.diagnosis import BY_KEY, KEYS
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.results import Calibration, Classes, Coverage, Subgroup
from melanoscope.evaluation.study import Shortcut, Stress
from melanoscope.evaluation.subgroups import FEWEST, WIDEST, by
from melanoscope.report.numbers import change, operation, percent, score
from melanoscope.report.section import Table
from melanoscope.report.study_tables import BRACKETS

TOO_FEW = (
    f". Too few to say: fewer than {FEWEST} lesions or patients with melanoma or without,"
    f" or an interval of the AUC wider than {WIDEST}"
)


def classes(measured: Classes) -> Table:
    """Each class against the others, then the means over the classes."""
    rows = [
        (
            each.name,
            f"{each.n:,}",
            percent(each.sensitivity),
            percent(each.specificity),
            score(each.auc),
            score(each.f1),
        )
        for each in measured.each
        if each.n
    ]
    mean = (
        "mean over the classes",
        f"{measured.n:,}",
        percent(measured.balanced_accuracy),
        percent(measured.macro_specificity),
        score(measured.macro_auc),
        score(measured.macro_f1),
    )
    head = ("class", "n", "sensitivity", "specificity", "AUC", "F1")
    absent = ", ".join(each.name for each in measured.each if not each.n)
    without = f". No photograph is of: {absent}" if absent else ""
    return Table(f"{measured.taxonomy}, each class against the others; {BRACKETS}{without}", head, [*rows, mean])


def taxonomies(measured: Sequence[Classes]) -> Table:
    """The overall figures of each taxonomy."""
    rows = [
        (
            each.taxonomy,
            f"{each.n:,}",
            f"{each.left_out:,}",
            percent(each.balanced_accuracy),
            percent(each.accuracy),
            percent(each.top_2),
        )
        for each in measured
    ]
    head = ("taxonomy", "n", "left out: label too wide", "balanced accuracy", "accuracy", "among the first two")
    return Table(f"All classes together; {BRACKETS}", head, rows)


def calibration(measured: Sequence[Calibration]) -> Table:
    """Calibration error and Brier score, with its parts."""
    rows = [
        (
            each.what,
            f"{each.n:,}",
            score(each.expected_calibration_error),
            score(each.brier),
            score(each.reliability),
            score(each.resolution),
            score(each.uncertainty),
            change(each.change) if each.change else "",
        )
        for each in measured
    ]
    parts = ("= reliability", "− resolution", "+ uncertainty")
    head = ("of", "n", "expected calibration error", "Brier score", *parts, "change of the error by scaling")
    return Table(f"Calibration (lower is better, save resolution); {BRACKETS}", head, rows)


def coverage(measured: Coverage, promised: Conformal | None) -> Table:
    """Of each diagnosis, how often it is among those that cannot be excluded, beside what its bundle was made for."""
    levels = dict(zip(KEYS, promised.levels, strict=True)) if promised else {}
    rows = [
        (BY_KEY[key].name, f"{share.n:,}", percent(share), f"{levels[key]:.0%}" if levels else "not said")
        for key, share in measured.each.items()
        if share.n
    ]
    caption = f"How often the true diagnosis, where there are photographs of it, cannot be excluded; {BRACKETS}"
    return Table(caption, ("diagnosis", "n", "covered", "made for, at least"), rows)


def subgroups(measured: Sequence[Subgroup]) -> tuple[Table, ...]:
    """A table for each attribute."""
    attributes = dict.fromkeys(row.attribute for row in measured)
    return tuple(_subgroup(name, [row for row in measured if row.attribute == name]) for name in attributes)


def _subgroup(attribute: str, rows: Sequence[Subgroup]) -> Table:
    head = (
        "value",
        "melanomas/n",
        "AUC",
        "AUC less that of the others",
        "sensitivity",
        "specificity",
        "too few to say",
    )
    few = frozenset(i for i, row in enumerate(rows) if row.too_few)
    caption = f"By {by(attribute)}; {BRACKETS}{TOO_FEW if few else ''}"
    return Table(caption, head, [_cells(row) for row in rows], few)


def _cells(row: Subgroup) -> tuple[str, ...]:
    return (
        row.value,
        f"{row.melanomas:,}/{row.n:,}",
        score(_brief(row.auc)),
        change(_brief(row.auc_gap)),
        percent(_brief(row.sensitivity)) if row.sensitivity else "no outcomes",
        percent(_brief(row.specificity)) if row.specificity else "no outcomes",
        row.too_few,
    )


def _brief(figure: Figure) -> Figure:
    """Without why it is not defined: that so few were asked stands beside it."""
    return replace(figure, why="")


def stress(tests: Sequence[Stress]) -> Table:
    """Each operation, and what becomes of the figures."""
    rows = [
        (
            operation(test),
            f"{test.n:,}",
            score(test.auc),
            change(test.auc_change),
            percent(test.sensitivity),
            percent(test.specificity),
            percent(test.flips),
            percent(test.to_routine),
            f"{test.melanomas_to_routine:,}",
        )
        for test in tests
    ]
    shares = ("sensitivity", "specificity", "other outcome", "flagged before, now ROUTINE", "of these, melanomas")
    caption = (
        "Sensitivity and specificity of ALERT or REVIEW at the frozen points; the last three columns by lesion, flagged"
        f" before being ALERT or REVIEW unchanged; {BRACKETS}"
    )
    return Table(caption, ("operation", "n", "AUC", "change of the AUC", *shares), rows)


def shortcuts(probes: Sequence[Shortcut]) -> tuple[Table, ...]:
    """What each probe scores: the small classifiers, then the bundle itself."""
    captions = {False: "Small classifiers that see only this, out of fold", True: "The bundle itself, shown only this"}
    return tuple(
        _shortcuts(f"{caption}; {BRACKETS}", among)
        for by_bundle, caption in captions.items()
        if (among := [probe for probe in probes if probe.by_bundle is by_bundle])
    )


def _shortcuts(caption: str, probes: Sequence[Shortcut]) -> Table:
    rows = [
        (
            probe.seen,
            f"{probe.n:,}",
            f"{probe.failures:,}",
            score(probe.melanoma_auc),
            percent(probe.balanced_accuracy),
        )
        for probe in probes
    ]
    return Table(caption, ("what it sees", "n", "could not be asked", "AUC of melanoma", "balanced accuracy"), rows)
