"""Disjoint sets: which of n things belong together, from pairs that do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray


class Groups:
    """n things, at first each alone; the smallest number of a group stands for it (Tarjan 1975)."""

    def __init__(self, n: int) -> None:
        self._parents = np.arange(n)

    def copy(self) -> Groups:
        other = Groups(len(self._parents))
        other._parents = self._parents.copy()
        return other

    def root(self, thing: int) -> int:
        while (parent := self._parents[thing]) != thing:
            self._parents[thing] = thing = self._parents[parent]
        return int(thing)

    def join(self, a: int, b: int) -> None:
        first, second = sorted((self.root(a), self.root(b)))
        self._parents[second] = first

    def join_equal(self, keys: Iterable[Hashable | None]) -> None:
        """Join the things with one key, given in order of their number; None is nobody's key."""
        first: dict[Hashable, int] = {}
        for thing, key in enumerate(keys):
            if key is not None:
                self.join(first.setdefault(key, thing), thing)

    def roots(self) -> NDArray[np.intp]:
        """The root of each thing, (n,)."""
        while not np.array_equal(above := self._parents[self._parents], self._parents):
            self._parents = above
        return self._parents.copy()

    def members(self) -> list[list[int]]:
        """The groups, each in order, in order of their first."""
        found: dict[int, list[int]] = {}
        for thing, root in enumerate(self.roots().tolist()):
            found.setdefault(root, []).append(thing)
        return list(found.values())


def distinct(names: Iterable[str]) -> Iterator[str]:
    """The names in their order, the second of one as `name (2)`, or with the next number that no other bears."""
    taken: set[str] = set()
    seen: Counter[str] = Counter()
    for name in names:
        own = name
        while own in taken:
            seen[name] += 1
            own = f"{name} ({seen[name] + 1})"
        taken.add(own)
        yield own
