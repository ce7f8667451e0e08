"""Papers as files: Markdown that authors go on writing in, and a page to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from melanoscope.atomic import make_folder, write_text
from melanoscope.console import DISCLAIMER
from melanoscope.errors import InputError
from melanoscope.report.page import render
from melanoscope.report.papers.checklist import Checklist, Row, fill
from melanoscope.report.papers.clear_derm import CLEAR_DERM
from melanoscope.report.papers.log import Log
from melanoscope.report.papers.model_card import MODEL_CARD
from melanoscope.report.papers.stard_ai import STARD_AI
from melanoscope.report.papers.tripod_ai import TRIPOD_AI

PAPERS = (MODEL_CARD, TRIPOD_AI, STARD_AI, CLEAR_DERM)
BLANK = "—"


def write(log: Log, folder: Path, papers: Sequence[Checklist] = PAPERS) -> dict[str, tuple[int, int]]:
    """Write `<key>.md` and `<key>.html` of each paper; by title, how many of its items were answered, of how many.

    InputError where an evaluation lacks what this version of melanoscope logs.
    """
    make_folder(folder)
    answered = {}
    for paper in papers:
        sections = _filled(paper, log)
        write_text(folder / f"{paper.key}.md", _markdown(paper, sections, log))
        write_text(folder / f"{paper.key}.html", _page(paper, sections, log))
        rows = [row for _, part in sections for row in part]
        answered[paper.title] = sum(not row.is_open for row in rows), len(rows)
    return answered


def _filled(paper: Checklist, log: Log) -> list[tuple[str, list[Row]]]:
    try:
        return fill(paper, log)
    except (KeyError, TypeError) as error:
        where = ", ".join(map(str, log.folders))
        raise InputError(
            f"{where}: damaged, or of another version of melanoscope ({error}). Evaluate again."
        ) from error


def _page(paper: Checklist, sections: list[tuple[str, list[Row]]], log: Log) -> str:
    stamps = [stamp for _, evaluation in log.photographs() if (stamp := evaluation["stamp"])]
    return render("paper.html", paper=paper, sections=sections, bundle=log.bundle, stamps=stamps, blank=BLANK)


def _markdown(paper: Checklist, sections: list[tuple[str, list[Row]]], log: Log) -> str:
    stamps = [f"**{stamp}**" for _, evaluation in log.photographs() if (stamp := evaluation["stamp"])]
    lines = [f"# {paper.title}", "", paper.source, "", paper.note, "", *stamps, ""]
    for title, rows in sections:
        lines += [f"## {title}", "", "| item | asks | answer |", "| --- | --- | --- |"]
        lines += [
            f"| {_cell(f'{row.number} {row.topic}'.strip())} | {_cell(row.asks)} | {_cell(_said(row))} |"
            for row in rows
        ]
        lines.append("")
    return "\n".join([*lines, f"**{DISCLAIMER}**", ""])


def _said(row: Row) -> str:
    return " ".join(filter(None, (BLANK if row.is_open else "", row.answer)))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
