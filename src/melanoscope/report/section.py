"""What a page of figures is laid out from: sections of sentences, tables and plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """`rows` have a cell for each of `head`; the first names the row.

    The `quiet` rows, by position, are not to be read and stand in grey. `texts` says that the cells are no numbers.
    """

    caption: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    quiet: frozenset[int] = frozenset()
    texts: bool = False


@dataclass(frozen=True)
class Tile:
    """One number that is read at a glance, and the few words that it needs."""

    number: str
    words: str


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
    tiles: tuple[Tile, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = field(default=(), repr=False)
    missing: str = ""
