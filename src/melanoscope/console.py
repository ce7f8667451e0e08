"""What the terminal shows: a console on stderr, and progress with rate and time left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

T = TypeVar("T")

stdout = Console()
stderr = Console(stderr=True)

DISCLAIMER = "Research use only; not a medical device. A person decides."


def say(sentence: str, console: Console = stdout, style: str | None = None) -> None:
    """One line, as it is: brackets in a path are no markup, and what a terminal cannot hold in its width is not cut."""
    console.print(sentence, style=style, markup=False, highlight=False, soft_wrap=True)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


def progress() -> Progress:
    """A progress bar on stderr; silent where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    return Progress(*columns, console=stderr, disable=not stderr.is_terminal)


def track(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Yield `items` while a progress bar follows them."""
    with progress() as bar:
        yield from bar.track(items, total=total, description=description)
