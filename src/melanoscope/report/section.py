"""What a page of figures is laid out from: sections of sentences, tables and plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """`rows` have a cell for each of `head`; the first names the row. `numeric` columns stand to the right."""

    caption: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    quiet: frozenset[int] = frozenset()
    """The rows that are not to be read, by position: they stand in grey."""


@dataclass(frozen=True)
class Plot:
    """A drawn plot: `image` is the address that holds it, `caption` says what is seen, with its n."""

    name: str
    image: str
    caption: str


@dataclass(frozen=True)
class Section:
    """One part of a page. `missing` says in a short line why nothing was measured; then the rest is empty."""

    key: str
    title: str
    words: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = field(default=(), repr=False)
    missing: str = ""
