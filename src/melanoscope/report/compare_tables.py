"""A comparison of systems as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from melanoscope.evaluation.compare import Comparison
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.ranking import sensitivity_at, specificity_at
from melanoscope.report.numbers import change, p_value, percent, score
from melanoscope.report.section import Table
from melanoscope.report.study_tables import BRACKETS

NOT_SAID = "not said"

Forms = Mapping[str, tuple[str, Callable[[Figure], str]]]

OVER_ALL: Forms = {
    "auc": ("AUC", score),
    "partial_auc": ("partial AUC above 80 % sensitivity", score),
    "average_precision": ("average precision", score),
    sensitivity_at(0.95): ("sensitivity at 95 % specificity", percent),
    specificity_at(0.95): ("specificity at 95 % sensitivity", percent),
}
"""The figures of `System` and `Pair` over all thresholds, by name: their words, and how a system's is written."""

DECIDED: Forms = {
    "sensitivity": ("sensitivity at its own point", percent),
    "specificity": ("specificity at its own point", percent),
    "balanced_accuracy": ("balanced accuracy", percent),
}
"""The same, of what a system decides; where it decides nothing, there are none."""


def systems(comparison: Comparison) -> tuple[Table, Table]:
    """Every system's figures: over all thresholds, and of what it decides."""
    n = f"n = {comparison.n:,} by {comparison.level}, {comparison.melanomas:,} melanoma"
    free = [(each.name, *_cells(each.figures, OVER_ALL)) for each in comparison.systems]
    own = [(each.name, each.point or "none", *_cells(each.figures, DECIDED)) for each in comparison.systems]
    return (
        Table(f"Melanoma over all thresholds; {n}; {BRACKETS}", ("system", *_words(OVER_ALL)), free),
        Table(f"What each decides; {n}; {BRACKETS}", ("system", "its own point", *_words(DECIDED)), own),
    )


def differences(comparison: Comparison) -> tuple[Table, Table]:
    """Every pair's differences: over all thresholds, with DeLong's p of the AUC's, and of what both decide."""
    names = [f"{pair.second} − {pair.first}" for pair in comparison.pairs]
    free = [
        (name, p_value(pair.delong.p, pair.delong.why), *_changes(pair.differences, OVER_ALL))
        for name, pair in zip(names, comparison.pairs, strict=True)
    ]
    own = [(name, *_changes(pair.differences, DECIDED)) for name, pair in zip(names, comparison.pairs, strict=True)]
    head = ("one less another", "DeLong's p (AUC)", *_words(OVER_ALL))
    return (
        Table(f"Paired differences over all thresholds; {BRACKETS}", head, free),
        Table(f"Paired differences of what they decide; {BRACKETS}", ("one less another", *_words(DECIDED)), own),
    )


def _words(forms: Forms) -> tuple[str, ...]:
    return tuple(words for words, _ in forms.values())


def _cells(figures: Mapping[str, Figure], forms: Forms) -> Iterator[str]:
    return (form(figures[name]) if name in figures else NOT_SAID for name, (_, form) in forms.items())


def _changes(figures: Mapping[str, Figure], forms: Forms) -> Iterator[str]:
    return (change(figures[name]) if name in figures else NOT_SAID for name in forms)
