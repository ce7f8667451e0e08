"""What triage shows on the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from melanoscope.console import DISCLAIMER
from melanoscope.data.files import shown
from melanoscope.diagnosis import DIAGNOSES
from melanoscope.prediction import Finding, Prediction, Unreadable
from melanoscope.report.left_alone import left_alone
from melanoscope.report.terminal import OUTCOME_STYLES, printable
from melanoscope.triage.work import TriageResult


def table(result: TriageResult) -> RenderableType:
    """The most urgent photographs, how many there are of each outcome, and what was left."""
    folder = _common_folder([finding.answer.path for finding in result.most_urgent])
    rows = Table(box=SIMPLE_HEAD, pad_edge=False)
    rows.add_column("outcome", no_wrap=True)
    rows.add_column("melanoma", justify="right", no_wrap=True)
    rows.add_column(Text(f"in {printable(shown(folder))}" if folder else "photograph"), overflow="fold")
    rows.add_column("diagnosis, and why", overflow="fold")
    for finding in result.most_urgent:
        rows.add_row(*_cells(finding, folder))
    return Group(rows, *_below(result), Text(DISCLAIMER, style="dim"))


def _common_folder(paths: list[Path]) -> Path | None:
    """The folder that all lie in, here or below; None where that says nothing, being `.` or the root."""
    try:
        folder = Path(os.path.commonpath([path.parent for path in paths]))
    except ValueError:  # none at all, or on several drives
        return None
    return None if folder == Path(folder.anchor) else folder


def _cells(finding: Finding, folder: Path | None) -> tuple[Text, ...]:
    answer, decision = finding.answer, finding.decision
    outcome = Text(decision.outcome.value, style=OUTCOME_STYLES[decision.outcome])
    path = Text(printable(shown(answer.path.relative_to(folder) if folder else answer.path)))
    reason = Text(printable(decision.reason))
    if not isinstance(answer, Prediction):
        return outcome, Text(""), path, reason
    return outcome, Text(f"{answer.melanoma:.3f}"), path, Text(f"{answer.diagnosis.name}: ").append(reason)


def _below(result: TriageResult) -> Iterator[RenderableType]:
    if more := result.total - len(result.most_urgent):
        yield Text(f"… and {more} less urgent ones, in predictions.csv")
    total = Text(f"{result.total} photograph{'' if result.total == 1 else 's'}:")
    counts = [Text(f"{n} {each.value}", OUTCOME_STYLES[each] if n else "dim") for each, n in result.counts.items()]
    yield total
    yield Columns(counts, padding=(0, 2))  # no line ends between a number and its outcome
    if others := left_alone(result.others):
        yield Text(printable(f"Other files: {others}."))
    if any(_is_not_most_probable(finding.answer) for finding in result.most_urgent):
        yield Text(
            "A diagnosis is the likeliest if all were equally common: not always the most probable.", style="dim"
        )


def _is_not_most_probable(answer: Prediction | Unreadable) -> bool:
    return isinstance(answer, Prediction) and DIAGNOSES[int(answer.probabilities.argmax())] is not answer.diagnosis
