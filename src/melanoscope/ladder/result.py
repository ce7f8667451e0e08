"""The ladder's results: a table, a graph, and the conclusion, for the terminal and for a README."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

from rich.table import Table

from melanoscope.atomic import write_text
from melanoscope.data import csv_file
from melanoscope.data.audit import Audit, Balance
from melanoscope.evaluation.intervals import Figure
from melanoscope.ladder.conclusion import conclusion, points
from melanoscope.ladder.figures import Rung
from melanoscope.record import Record
from melanoscope.report.plots import ladder_graph

JSON, MARKDOWN, GRAPH, RELABELLED = "ladder.json", "ladder.md", "ladder.png", "relabelled.csv"


def _percent(figure: Figure) -> str:
    return (
        "undefined" if isnan(figure.value) else f"{figure.value:.1%} ({100 * figure.low:.0f}–{100 * figure.high:.0f})"
    )


def _ratio(figure: Figure) -> str:
    return "undefined" if isnan(figure.value) else f"{figure.value:.2f} ({figure.low:.2f}–{figure.high:.2f})"


@dataclass(frozen=True)
class Ladder:
    """The rungs, the photographs as published, and the audit that they went through."""

    rungs: tuple[Rung, ...]
    published: tuple[Record, ...]
    audit: Audit

    @property
    def conclusion(self) -> list[str]:
        return conclusion(self.rungs)

    @property
    def relabelled(self) -> list[tuple[Path, str, str]]:
        """The photographs whose diagnosis the audit changed: path, as published, after the audit."""
        published = {record.path: record.diagnosis for record in self.published}
        both = ((row.path, published[row.path], row.diagnosis) for row in self.audit.clean.rows)
        return [(path, old.key, new.key) for path, old, new in both if old and new and old != new]

    @property
    def notes(self) -> list[str]:
        """How many photographs each figure stands on, before and after the audit, and which classes are empty."""
        first = self.rungs[0]
        drawn = ", ".join(f"{rung.notebook.n} for {rung.recipe.upper()}" for rung in self.rungs)
        kept = self.audit.clean.rows
        scarce = [
            f"{row.key.replace('_', ' ')} ({row.photographs})" for row in self.audit.balance if _scarce(row, kept)
        ]
        said = [
            f"Photographs: {len(self.published)} files as published, {len(kept)} photographs after the audit, of which "
            f"{len(self.relabelled)} with another diagnosis than their folder's (relabelled.csv); "
            f"{self.audit.counts['excluded_files']} files were left out, each with its reason (audit/excluded.csv).",
            f"n: {first.honest.n} in the honest validation ({first.melanoma_sensitivity.n} melanomas), "
            f"{first.published_test.n} in Test as published, {first.audited_test.n} after the audit; "
            f"as the notebooks measure: {drawn}.",
        ]
        return said + ([f"All but empty after the audit: {', '.join(scarce)}."] if scarce else [])


def _scarce(row: Balance, kept: Sequence[Record]) -> bool:
    return row.photographs < len(kept) / 100


COLUMNS: tuple[tuple[str, Callable[[Rung], str]], ...] = (
    ("*trained and measured as the notebooks do*", lambda _: ""),
    ("validation", lambda rung: _percent(rung.notebook)),
    ("… of which copies", lambda rung: _percent(rung.copied)),
    ("… on the others", lambda rung: _percent(rung.notebook_new)),
    ("… owed to copies, in points", lambda rung: points(rung.leakage)),
    ("Test as published", lambda rung: _percent(rung.notebook_published_test)),
    ("Test after the audit", lambda rung: _percent(rung.notebook_audited_test)),
    ("*trained and measured honestly*", lambda _: ""),
    ("training, last epoch", lambda rung: f"{rung.last_train:.1%}"),
    ("**validation**", lambda rung: _percent(rung.honest)),
    ("… balanced over the classes", lambda rung: _percent(rung.balanced)),
    ("Test as published", lambda rung: _percent(rung.published_test)),
    ("Test after the audit", lambda rung: _percent(rung.audited_test)),
    ("melanoma AUC", lambda rung: _ratio(rung.melanoma_auc)),
    ("melanoma sensitivity", lambda rung: _percent(rung.melanoma_sensitivity)),
    ("seconds", lambda rung: f"{rung.seconds:.0f}"),
    ("parameters", lambda rung: f"{rung.parameters / 1e6:.2f} M"),
)


def table(ladder: Ladder) -> Table:
    """One column for each recipe: four of them fit a terminal of 100 characters."""
    made = Table(title="The ladder: accuracy over the nine classes, with 95 % intervals", title_justify="left")
    made.add_column("", style="dim")
    for rung in ladder.rungs:
        made.add_column(rung.recipe.upper(), justify="right")
    for name, cell in COLUMNS:
        made.add_row(name.replace("*", ""), *map(cell, ladder.rungs), style="bold" if "*" in name else None)
    return made


def markdown(ladder: Ladder) -> str:
    """The same table, with the notes and the conclusion."""
    rungs = ladder.rungs
    head = f"| | {' | '.join(rung.recipe.upper() for rung in rungs)} |"
    rule = "|" + " --- |" + " ---: |" * len(rungs)
    rows = [f"| {name} | {' | '.join(map(cell, rungs))} |" for name, cell in COLUMNS]
    points = [f"- {sentence}" for sentence in (*ladder.notes, *ladder.conclusion)]
    return "\n".join([head, rule, *rows, "", *points]) + "\n"


def write(ladder: Ladder, folder: Path) -> None:
    """ladder.json, ladder.md, ladder.png and relabelled.csv, each at once."""
    rungs = ladder.rungs
    csv_file.write(folder / RELABELLED, ("path", "published", "audited"), ladder.relabelled)
    content = {"rungs": list(map(_for_json, rungs)), "notes": ladder.notes, "conclusion": ladder.conclusion}
    write_text(folder / JSON, json.dumps(content, indent=1, allow_nan=False))
    write_text(folder / MARKDOWN, markdown(ladder))
    bars = {
        "honest training, last epoch": [(rung.last_train,) * 3 for rung in rungs],
        "validation as the notebooks do": [_bar(rung.notebook) for rung in rungs],
        "… on photographs without a copy": [_bar(rung.notebook_new) for rung in rungs],
        "honest validation": [_bar(rung.honest) for rung in rungs],
        "honest, Test after the audit": [_bar(rung.audited_test) for rung in rungs],
    }
    ladder_graph([rung.recipe for rung in rungs], bars, folder / GRAPH)


def _for_json(rung: Rung) -> dict[str, object]:
    figures = {key: value.for_json() for key, value in vars(rung).items() if isinstance(value, Figure)}
    return {key: figures.get(key, value) for key, value in vars(rung).items() if key not in {"correct", "groups"}}


def _bar(figure: Figure) -> tuple[float, float, float]:
    return figure.value, figure.low, figure.high
