"""A bundle on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from melanoscope.bundle import Bundle, Description, Int8
from melanoscope.console import DISCLAIMER
from melanoscope.diagnosis import BY_KEY
from melanoscope.prediction import MELANOMA


def bundle_table(bundle: Bundle) -> RenderableType:
    """Who speaks, from when alerts are raised and on what data that was chosen, and what was measured."""
    rows = Table(show_header=False, box=None)
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    for name, value in _rows(bundle):
        rows.add_row(name, Text(value))
    return Group(rows, Text(DISCLAIMER, style="dim"))


def _rows(bundle: Bundle) -> Iterator[tuple[str, str]]:
    description = bundle.description
    size = description.preprocessing.size
    yield "bundle", f"{description.name} of {description.created}, in {bundle.folder}"
    yield "licence", description.licence
    yield "model", f"SHA-256 {description.model_sha256}"
    yield "input", f"{size}×{size} pixels"
    yield "diagnoses", ", ".join(BY_KEY[key].name if key in BY_KEY else key for key in description.diagnoses)
    yield from _points(description)
    yield from _limits(description)
    yield "has seen", f"{len(description.seen)} photographs, to fit its weights or to choose its thresholds"
    yield "recipe", _line(description.recipe)
    yield "environment", _line(description.environment)
    yield "measured", "on photographs that its training chose nothing on, with 95 % intervals:"
    yield from _figures(description.evaluation)
    yield from _int8(description.int8)
    for judged, figures in description.cross_validated.items():
        yield judged, "its recipe, other trainings:"
        yield from _figures(figures)


def _figures(evaluation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in evaluation.items():
        yield f"  {name.replace('_', ' ')}", _figure(value)


def _int8(int8: Int8 | None) -> Iterator[tuple[str, str]]:
    if int8 and int8.sha256:
        yield "int8", f"SHA-256 {int8.sha256}, for --fast, with the same thresholds; measured as above:"
        yield from _figures(int8.evaluation)
    elif int8:
        yield "int8", f"none: {int8.why}"


def _points(description: Description) -> Iterator[tuple[str, str]]:
    points = description.operating_points
    yield "ALERT", f"melanoma from {points.alert:.4f}"
    yield "REVIEW", f"melanoma from {points.review_melanoma:.4f}, or malignant from {points.review_malignant:.4f}"
    yield "chosen on", f"{points.chosen_on} (n = {points.n}, of them {points.melanomas} melanoma)"
    if points.chosen_for:
        yield "chosen for", points.chosen_for
    yield "temperature", f"{description.temperature:.4f}"
    yield "prevalence", f"melanoma {description.priors[MELANOMA]:.3f}, which the probabilities are calibrated to"


def _limits(description: Description) -> Iterator[tuple[str, str]]:
    levels, limits = description.conformal.levels, description.outliers
    yield "possible", f"hold {levels[MELANOMA]:.0%} of melanomas, at least {min(levels):.0%} of any other diagnosis"
    if limits:
        yield "OUT_OF_SCOPE", f"distance above {limits.distance:.1f}, or energy above {limits.energy:.2f}"
    else:
        yield "OUT_OF_SCOPE", "never: this bundle cannot tell what is no lesion"


def _figure(figure: dict[str, float | None]) -> str:
    value, low, high = ("undefined" if x is None else f"{x:.3f}" for x in (figure[k] for k in ("value", "low", "high")))
    return f"{value} ({low}–{high}), n = {figure['n']}"


def _line(values: dict[str, Any]) -> str:
    plain = {name: _line(value) if isinstance(value, dict) else value for name, value in values.items()}
    return "; ".join(f"{name} {value}" for name, value in plain.items() if value not in (0, "")) or "not given"
