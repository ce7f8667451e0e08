"""What triage shows on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from melanoscope.console import DISCLAIMER
from melanoscope.data.files import shown
from melanoscope.prediction import Finding, Prediction
from melanoscope.report.terminal import OUTCOME_STYLES, printable
from melanoscope.triage.work import TriageResult


def table(result: TriageResult) -> RenderableType:
    """The most urgent photographs, how many there are of each outcome, and what was left."""
    parents = {finding.answer.path.parent for finding in result.most_urgent}
    parent = parents.pop() if len(parents) == 1 else None
    rows = Table(box=SIMPLE_HEAD, pad_edge=False)
    rows.add_column("outcome", no_wrap=True)
    rows.add_column("melanoma", justify="right", no_wrap=True)
    rows.add_column(Text(f"in {printable(shown(parent))}" if parent else "photograph"), overflow="fold")
    rows.add_column("diagnosis, and why", overflow="fold")
    for finding in result.most_urgent:
        rows.add_row(*_cells(finding, in_one_folder=parent is not None))
    return Group(rows, *_below(result), Text(DISCLAIMER, style="dim"))


def _cells(finding: Finding, in_one_folder: bool) -> tuple[Text, ...]:
    answer, decision = finding.answer, finding.decision
    outcome = Text(decision.outcome.value, style=OUTCOME_STYLES[decision.outcome])
    path = Text(printable(shown(Path(answer.path.name) if in_one_folder else answer.path)))
    reason = Text(printable(decision.reason))
    if not isinstance(answer, Prediction):
        return outcome, Text(""), path, reason
    return outcome, Text(f"{answer.melanoma:.3f}"), path, Text(f"{answer.diagnosis.name}: ").append(reason)


def _below(result: TriageResult) -> Iterator[RenderableType]:
    if more := result.total - len(result.most_urgent):
        yield Text(f"… and {more} less urgent ones, in predictions.csv")
    total = Text(f"{result.total} photograph{'' if result.total == 1 else 's'}:")
    counts = [Text(f"{n} {each.value}", OUTCOME_STYLES[each] if n else "dim") for each, n in result.counts.items()]
    yield Columns([total, *counts], padding=(0, 2))  # no line ends between a number and its outcome
    if result.others:
        files = "1 other file was" if result.others == 1 else f"{result.others} other files were"
        yield Text(f"{files} no image by name, and left alone.", style="dim")
