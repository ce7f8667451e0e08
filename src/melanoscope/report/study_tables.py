"""A study's figures as tables: of one binary question, and of how the photographs came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.results import Binary, Clinic, Evaluation, Missed, Point, Subgroup
from melanoscope.evaluation.study import Flow, Leak
from melanoscope.prediction import Outcome
from melanoscope.report.numbers import percent, ratio, score
from melanoscope.report.section import Table

BRACKETS = "95 % intervals in brackets"

SHOWN = 40
"""Leaks on the page, at most: it is the figures' page."""


def flow(measured: Flow) -> Table:
    """How many came, were left out and why, and were judged: STARD's diagram as rows."""
    rows = [
        ("came in", f"{measured.came:,}"),
        *((f"left out: {why}", f"−{number:,}" if number else "0") for why, number in measured.left_out),
        ("judged", f"{measured.judged:,}"),
    ]
    return Table("Flow of photographs", ("step", "photographs"), rows)


def truth(confirmed: Sequence[Subgroup]) -> Table:
    """How the truth was confirmed."""
    rows = [(row.value, f"{row.n:,}", f"{row.melanomas:,}") for row in confirmed]
    return Table("How the diagnosis was confirmed", ("by", "n", "melanomas"), rows)


def levels(evaluations: Sequence[Evaluation]) -> Table:
    """The main figures by photograph, lesion and patient; sensitivity and specificity at each operating point."""
    names = [point.name for point in evaluations[0].melanoma.points]
    rates = [f"{rate} ({name})" for name in names for rate in ("sensitivity", "specificity")]
    rows = [(each.level, f"{each.n:,}", f"{each.melanomas:,}", *_level(each.melanoma)) for each in evaluations]
    return Table(f"Melanoma, by level; {BRACKETS}", ("by", "n", "melanomas", "AUC", *rates), rows)


def _level(measured: Binary) -> tuple[str, ...]:
    rates = [percent(rate) for point in measured.points for rate in (point.sensitivity, point.specificity)]
    return score(measured.auc), *rates


def binary(measured: Binary) -> tuple[Table, ...]:
    """The figures over all thresholds, then those at the operating points, if there are any."""
    rows = [
        ("AUC", score(measured.auc)),
        ("AUC with DeLong's interval", score(measured.auc_delong)),
        ("average precision", score(measured.average_precision)),
        ("partial AUC above 80 % sensitivity (from 0 to 0.2)", score(measured.partial_auc)),
        *_at("sensitivity at {} specificity", measured.sensitivity_at),
        *_at("specificity at {} sensitivity", measured.specificity_at),
    ]
    caption = f"Over all thresholds; n = {measured.n:,}, {measured.positives:,} positive; {BRACKETS}"
    over_all = Table(caption, ("figure", "value"), rows)
    return (over_all, _points(measured.points)) if measured.points else (over_all,)


def _at(words: str, figures: Mapping[float, Figure]) -> list[tuple[str, str]]:
    return [(words.format(f"{wanted:.0%}"), percent(figure)) for wanted, figure in figures.items()]


_OF_A_POINT: tuple[tuple[str, Callable[[Point], Figure | None], Callable[[Figure], str]], ...] = (
    ("sensitivity", lambda point: point.sensitivity, percent),
    ("specificity", lambda point: point.specificity, percent),
    ("PPV", lambda point: point.ppv, percent),
    ("NPV", lambda point: point.npv, percent),
    ("number needed to biopsy", lambda point: point.biopsies, ratio),
    ("flagged, of all", lambda point: point.flagged, percent),
    ("PPV at the stated prevalence", lambda point: point.ppv_at_prevalence, percent),
    ("NPV at the stated prevalence", lambda point: point.npv_at_prevalence, percent),
    ("number needed to biopsy, there", lambda point: point.biopsies_at_prevalence, ratio),
)


def _points(points: Sequence[Point]) -> Table:
    rows = []
    for name, figure_of, form in _OF_A_POINT:
        figures = [figure for figure in map(figure_of, points) if figure is not None]
        if figures:
            rows.append((name, *chain.from_iterable((form(figure), f"{figure.n:,}") for figure in figures)))
    head = chain.from_iterable((point.name, "n") for point in points)
    return Table(f"At the operating points; {BRACKETS}", ("figure", *head), rows)


def outcomes(measured: Clinic) -> Table:
    """The share of every outcome, then what the clinic gains and pays."""
    shares = [
        *((outcome.value, measured.shares[outcome]) for outcome in Outcome if outcome in measured.shares),
        ("no melanoma, among ROUTINE (NPV)", measured.routine_npv),
        ("flagged, among what is not malignant", measured.benign_flagged),
        ("refused, of all", measured.refused),
    ]
    rows = [(name, percent(share), f"{share.n:,}") for name, share in shares]
    return Table(f"Outcomes at the frozen points; {BRACKETS}", ("outcome", "share", "n"), rows)


def missed(melanomas: Sequence[Missed]) -> Table:
    """The melanomas that were not flagged, by name."""
    rows = [(each.image_id, each.outcome.value, f"{each.melanoma:.3f}") for each in melanomas]
    return Table(
        "Melanomas that were not flagged", ("photograph", "outcome", "probability of melanoma"), rows, texts=True
    )


def leaks(found: Sequence[Leak]) -> Table:
    """The photographs that the bundle was made with."""
    rows = [(leak.image_id, leak.how, leak.seen) for leak in found[:SHOWN]]
    rest = f": {SHOWN:,} of {len(found):,}, all of which stand in evaluation.json" if len(found) > SHOWN else ""
    caption = f"Photographs that the bundle was made with{rest}"
    return Table(caption, ("photograph", "how it is known", "of"), rows, texts=True)


def made(how: Mapping[str, str]) -> Table:
    """How the study was made."""
    return Table("What is needed to make it again", ("what", "value"), list(how.items()), texts=True)
