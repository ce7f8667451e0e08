"""What operating points cost, on the terminal: as they are, and as they were chosen."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from melanoscope.bundle import OperatingPoints
from melanoscope.console import DISCLAIMER
from melanoscope.evaluation.cost import Cost, false_alerts
from melanoscope.evaluation.results import Point
from melanoscope.prediction import Outcome
from melanoscope.report.numbers import percent, ratio

Row = tuple[str, str]


def cost_table(now: tuple[OperatingPoints, Cost], chosen: tuple[OperatingPoints, Cost]) -> RenderableType:
    """The two side by side, with 95 % intervals; and what the figures can and cannot say."""
    rows = Table(box=SIMPLE_HEAD, pad_edge=False)
    rows.add_column("")
    rows.add_column("as it is", justify="right")
    rows.add_column("as chosen", justify="right", style="bold")
    for (name, before), (_, after) in zip(_rows(*now), _rows(*chosen), strict=True):
        rows.add_row(Text(name), Text(before), Text(after))
    points = chosen[0]
    words = (
        f"Chosen: {points.chosen_for}. All figures are of {points.chosen_on} (n = {points.n}, of them "
        f"{points.melanomas} melanoma), with 95 % intervals. The points come from these very photographs, so others "
        "will give somewhat worse figures. Other cancers that are flagged count as false alerts; photographs that will "
        "not do, or are out of scope, are not counted."
    )
    return Group(rows, Text(words), Text(DISCLAIMER, style="dim"))


def _rows(points: OperatingPoints, cost: Cost) -> Iterator[Row]:
    alert, flagged = cost.points.values()
    yield "ALERT: melanoma from", f"{points.alert:.4f}"
    yield from _point(alert)
    yield "REVIEW: melanoma from", f"{points.review_melanoma:.4f}"
    yield "     or malignant from", f"{points.review_malignant:.4f}"
    yield "ALERT or REVIEW", ""
    yield from _point(flagged)
    yield f"1,000 patients, {1000 * cost.prevalence:.3g} with melanoma", ""
    for outcome, patients in cost.patients.items():
        yield f"  {outcome.value}", ratio(patients)
    yield f"  melanomas as {Outcome.ROUTINE.value}", ratio(cost.missed)


def _point(point: Point) -> Iterator[Row]:
    yield "  sensitivity", percent(point.sensitivity)
    yield "  specificity", percent(point.specificity)
    yield "  false alerts per melanoma", ratio(false_alerts(point))
