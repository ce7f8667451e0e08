"""A study, and a comparison of systems, on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from melanoscope.console import DISCLAIMER
from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.compare import Comparison, Pair
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.results import Clinic, Evaluation, Point
from melanoscope.evaluation.study import Flow, Study
from melanoscope.prediction import MELANOMA, Outcome
from melanoscope.report.compare_tables import DECIDED, OVER_ALL
from melanoscope.report.numbers import change, melanomas, p_value, percent, ratio, score

Row = tuple[str, ...]

NAMED = 8
"""Missed melanomas on the terminal, at most."""

_AUC = {"auc": OVER_ALL["auc"]}


def table(study: Study) -> RenderableType:
    """The main figures of a study, each with its n and interval, under its stamp."""
    evaluation = study.evaluations[0]
    title = f"{evaluation.system} on {evaluation.source}"
    share = f"by {evaluation.level}: {evaluation.melanomas:,} of {evaluation.n:,} melanoma"
    shown = _titled(f"{title}, {share}", "figure", "value (95 % interval)", "n")
    _add(shown, list(_rows(evaluation)))
    notes = [Text(note, style="dim") for note in (*evaluation.notes, DISCLAIMER)]
    return Group(*_stamped(evaluation.stamp), shown, *_left_out(study.flow), *_missed(evaluation), *notes)


def _stamped(stamp: str) -> Iterator[Text]:
    if stamp:
        yield Text(stamp, style="bold red")


def _left_out(flow: Flow) -> Iterator[Text]:
    """How many photographs no figure is of, and why."""
    steps = [f"{reason}: {number:,}" for reason, number in flow.left_out if number]
    if steps:
        left_out = f"Left out, {flow.came - flow.judged:,} of {flow.came:,} photographs: {'; '.join(steps)}."
        yield Text(left_out, style="yellow")


def _rows(evaluation: Evaluation) -> Iterator[Row]:
    yield _scored("melanoma AUC", evaluation.melanoma.auc)
    for point in evaluation.melanoma.points:
        yield from _at(point)
    if evaluation.clinic is not None:
        yield from _of_clinic(evaluation.clinic)
    if evaluation.malignant is not None:
        yield _scored("malignant AUC", evaluation.malignant.auc)
    if evaluation.classes:
        yield _share("balanced accuracy", evaluation.classes[0].balanced_accuracy)
    for calibration in evaluation.calibration:
        yield _scored(f"calibration error of {calibration.what}", calibration.expected_calibration_error)
    if evaluation.coverage is not None:
        yield _share("true diagnosis not excluded", evaluation.coverage.all)
        yield _share("melanoma not excluded", evaluation.coverage.each[KEYS[MELANOMA]])


def _at(point: Point) -> Iterator[Row]:
    yield _share(f"{point.name}: sensitivity", point.sensitivity)
    yield _share(f"{point.name}: specificity", point.specificity)
    yield f"{point.name}: number needed to biopsy", ratio(point.biopsies), f"{point.biopsies.n:,}"


def _of_clinic(clinic: Clinic) -> Iterator[Row]:
    yield _share("ROUTINE", clinic.shares[Outcome.ROUTINE])
    yield _share("ROUTINE: no melanoma (NPV)", clinic.routine_npv)
    yield _share("benign, but flagged", clinic.benign_flagged)
    yield _share("refused", clinic.refused)


def _scored(name: str, figure: Figure) -> Row:
    return name, score(figure), f"{figure.n:,}"


def _share(name: str, figure: Figure) -> Row:
    return name, percent(figure), f"{figure.n:,}"


def _missed(evaluation: Evaluation) -> Iterator[Text]:
    """The melanomas that were not flagged, the first by name: the report names all."""
    clinic = evaluation.clinic
    if clinic is not None and clinic.missed:
        names = ", ".join(f"{each.image_id} ({each.outcome.value})" for each in clinic.missed[:NAMED])
        more = len(clinic.missed) - NAMED
        rest = f", and {more:,} more, in report.html" if more > 0 else ""
        yield Text(f"{melanomas(len(clinic.missed), evaluation.level)} not flagged: {names}{rest}.", style="yellow")


def comparison_table(comparison: Comparison) -> RenderableType:
    """Each system's AUC and what it decides, then the differences of every pair."""
    share = f"By {comparison.level}: {comparison.melanomas:,} of {comparison.n:,} melanoma"
    systems = _titled(share, "system", "figure", "value (95 % interval)")
    for system in comparison.systems:
        _add(systems, [(name, form(figure)) for name, form, figure in _compared(system.figures)], system.name)
    pairs = _titled("Paired differences", "one less another", "figure", "difference (95 % interval)")
    for pair in comparison.pairs:
        _add(pairs, list(_differences(pair)), f"{pair.second} − {pair.first}")
    notes = [Text(note, style="dim") for note in (*comparison.notes, DISCLAIMER)]
    return Group(*_stamped(comparison.stamp), systems, pairs, *notes)


def _compared(figures: Mapping[str, Figure]) -> Iterator[tuple[str, Callable[[Figure], str], Figure]]:
    for key, (name, form) in {**_AUC, **DECIDED}.items():
        if key in figures:
            yield name, form, figures[key]


def _differences(pair: Pair) -> Iterator[Row]:
    for name, _, figure in _compared(pair.differences):
        yield name, change(figure)
    yield "DeLong's p of the AUC", p_value(pair.delong.p, pair.delong.why)


def _titled(title: str, *columns: str) -> Table:
    shown = Table(title=Text(title), title_justify="left")
    for name in columns:
        shown.add_column(name, justify="right" if name == "n" else "left")
    return shown


def _add(shown: Table, rows: Sequence[Row], name: str | None = None) -> None:
    """Rows under a line, the first of them with what they are all of, if it is given."""
    for number, row in enumerate(rows):
        cells = row if name is None else (name if number == 0 else "", *row)
        shown.add_row(*map(Text, cells), end_section=number == len(rows) - 1)
