"""Checklist: a guideline's items, each with what the log answers; what it does not answer stays blank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from melanoscope.report.papers.answer import Open
from melanoscope.report.papers.log import Log

Answer = Callable[[Log], str | None]


def unanswered(_: Log) -> None:
    """For what no program can know: it is left to the authors."""


@dataclass(frozen=True)
class Item:
    """`number` as the guideline counts, empty where it was not to be confirmed; `asks` in our own words."""

    number: str
    topic: str
    asks: str
    answer: Answer = unanswered


@dataclass(frozen=True)
class Section:
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Checklist:
    """One guideline. `source` is its citation, `note` what a reader must know of this rendering of it."""

    key: str
    title: str
    source: str
    note: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Row:
    number: str
    topic: str
    asks: str
    answer: str | None

    @property
    def is_open(self) -> bool:
        """Whether it is left to the authors: nothing was logged, or too little to say anything."""
        return self.answer is None or isinstance(self.answer, Open)


def fill(checklist: Checklist, log: Log) -> list[tuple[str, list[Row]]]:
    """The sections' titles and rows; `answer` is None where nothing was logged."""
    return [
        (section.title, [Row(item.number, item.topic, item.asks, item.answer(log)) for item in section.items])
        for section in checklist.sections
    ]
