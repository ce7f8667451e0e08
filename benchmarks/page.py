"""What a benchmark found: Markdown on the terminal, and in a file where one is named, so that no figure is copied."""

from __future__ import annotations

import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from melanoscope.atomic import write_text
from melanoscope.console import say, stderr
from melanoscope.errors import InputError

WIDTH = 118
"""Of a command's lines."""


def run(main: Callable[[], None]) -> None:
    """Run a benchmark; what is wrong with its input is one sentence on stderr, and exit code 2, as `melanoscope`'s."""
    try:
        main()
    except InputError as error:
        say(f"{Path(sys.argv[0]).name}: {error}", stderr, style="bold red")
        sys.exit(2)


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


def publish(title: str, parts: Iterable[str], out: Path | None) -> None:
    """Print the `parts`; write them to `out` as well, below a `title` and the command that was given."""
    text = "\n\n".join(parts)
    print(text)
    if out:
        write_text(out, f"# {title}\n\n```sh\n{command(sys.argv)}\n```\n\n{text}\n")


def command(given: Sequence[str]) -> str:
    """The command that was `given`, for whoever repeats it elsewhere: see `told`."""
    words = ["python", f"benchmarks/{Path(given[0]).name}", *(shlex.quote(told(word)) for word in given[1:])]
    lines = textwrap.wrap(" ".join(words), WIDTH, break_long_words=False, break_on_hyphens=False)
    return " \\\n  ".join(lines)


def told(word: str) -> str:
    """A path below this folder as it is from here, any other by its name alone: no page tells a machine's folders."""
    key, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
    path = Path(value)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        value = str(path.relative_to(Path.cwd()))
    elif path.is_absolute() or ".." in path.parts:
        value = path.name
    return f"{key}{equals}{value}"
