"""The ladder's results: a table, a graph, and the conclusion, for the terminal and for a README."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from melanoscope.atomic import write_text
from melanoscope.diagnosis import DIAGNOSES
from melanoscope.evaluation.intervals import Figure
from melanoscope.ladder.conclusion import conclusion
from melanoscope.ladder.figures import Rung
from melanoscope.record import Record
from melanoscope.report.plots import ladder_graph

JSON, MARKDOWN, GRAPH = "ladder.json", "ladder.md", "ladder.png"


def _percent(figure: Figure) -> str:
    return f"{figure.value:.1%} ({figure.low:.0%}–{figure.high:.0%})"


def _ratio(figure: Figure) -> str:
    return f"{figure.value:.2f} ({figure.low:.2f}–{figure.high:.2f})"


COLUMNS: tuple[tuple[str, Callable[[Rung], str]], ...] = (
    ("recipe", lambda rung: rung.recipe.upper()),
    ("training, last epoch", lambda rung: f"{rung.train_accuracy:.1%}"),
    ("validation as the notebooks", lambda rung: _percent(rung.notebook)),
    ("of which copies", lambda rung: f"{rung.copied:.0%}"),
    ("… on the others", lambda rung: _percent(rung.notebook_new)),
    ("honest validation", lambda rung: _percent(rung.honest)),
    ("balanced", lambda rung: _percent(rung.balanced)),
    ("Test as published", lambda rung: _percent(rung.published_test)),
    ("Test after the audit", lambda rung: _percent(rung.audited_test)),
    ("melanoma AUC", lambda rung: _ratio(rung.melanoma_auc)),
    ("melanoma sensitivity", lambda rung: _percent(rung.melanoma_sensitivity)),
    ("seconds", lambda rung: f"{rung.seconds:.0f}"),
    ("parameters", lambda rung: f"{rung.parameters / 1e6:.2f} M"),
)


def table(rungs: Sequence[Rung]) -> Table:
    """One column for each recipe: it fits a terminal of 100 characters."""
    made = Table(title="The ladder: accuracy over the nine classes, with 95 % intervals", title_justify="left")
    made.add_column("", style="dim")
    for rung in rungs:
        made.add_column(rung.recipe.upper(), justify="right")
    for name, cell in COLUMNS[1:]:
        made.add_row(name, *map(cell, rungs))
    return made


def markdown(rungs: Sequence[Rung], notes: Sequence[str]) -> str:
    """The same table, turned, with the notes and the conclusion."""
    head = f"| | {' | '.join(rung.recipe.upper() for rung in rungs)} |"
    rule = "|" + " --- |" + " ---: |" * len(rungs)
    rows = [f"| {name} | {' | '.join(map(cell, rungs))} |" for name, cell in COLUMNS[1:]]
    points = [f"- {sentence}" for sentence in (*notes, *conclusion(rungs))]
    return "\n".join([head, rule, *rows, "", *points]) + "\n"


def notes(published: Sequence[Record], clean: Sequence[Record], rungs: Sequence[Rung]) -> list[str]:
    """How many photographs each figure stands on, before and after the audit, and which classes are empty."""
    first = rungs[0]
    said = [
        f"Photographs: {len(published)} as published, {len(clean)} after the audit.",
        f"n: {first.honest.n} in the honest validation ({first.melanomas} melanomas), {first.published_test.n} in Test "
        f"as published, {first.audited_test.n} after the audit; as the notebooks measure, "
        + ", ".join(f"{rung.notebook.n} for {rung.recipe.upper()}" for rung in rungs)
        + ".",
    ]
    left = Counter(record.diagnosis.key for record in clean if record.diagnosis)
    scarce = [f"{d.name.lower()} {left[d.key]}" for d in DIAGNOSES if left[d.key] < len(clean) / 100]
    return said + ([f"Hardly left after the audit: {', '.join(scarce)}."] if scarce else [])


def write(rungs: Sequence[Rung], said: Sequence[str], folder: Path) -> None:
    """ladder.json, ladder.md and ladder.png, each at once."""
    fields = [{key: value for key, value in asdict(rung).items() if key not in {"correct", "groups"}} for rung in rungs]
    content = {"rungs": fields, "notes": list(said), "conclusion": conclusion(rungs)}
    write_text(folder / JSON, json.dumps(content, indent=1))
    write_text(folder / MARKDOWN, markdown(rungs, said))
    bars = {
        "training, last epoch": [(rung.train_accuracy,) * 3 for rung in rungs],
        "validation as the notebooks": list(map(_bar, (rung.notebook for rung in rungs))),
        "… without copies": list(map(_bar, (rung.notebook_new for rung in rungs))),
        "honest validation": list(map(_bar, (rung.honest for rung in rungs))),
        "Test after the audit": list(map(_bar, (rung.audited_test for rung in rungs))),
    }
    ladder_graph([rung.recipe for rung in rungs], bars, folder / GRAPH)


def _bar(figure: Figure) -> tuple[float, float, float]:
    return figure.value, figure.low, figure.high
