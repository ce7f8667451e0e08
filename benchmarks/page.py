"""What a benchmark found: Markdown on the terminal, and in a file where one is named, so that no figure is copied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from melanoscope.atomic import write_text


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose columns stand in line on a terminal too; the first holds words, the others figures."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(cells, widths) for cells in (head, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return f"| {' | '.join((first, *others))} |"


def publish(title: str, command: str, parts: Iterable[str], out: Path | None) -> None:
    """Print the `parts` below a `title`; into `out` as well, with the `command` that gives them again."""
    text = "\n\n".join(parts)
    print(text)
    if out:
        write_text(out, f"# {title}\n\n```sh\n{command} --out {out}\n```\n\n{text}\n")
