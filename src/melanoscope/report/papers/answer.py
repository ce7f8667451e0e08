"""What an item of a paper is answered with."""

from __future__ import annotations

from collections.abc import Iterable


class Open(str):
    """An answer that says only why there is none, such as that melanomas are too few: the item stays open."""

    __slots__ = ()


def joined(parts: Iterable[str | None]) -> str | None:
    """One answer of several parts: open where none of them answers, None where there are none."""
    said = [part for part in parts if part]
    text = " ".join(said)
    return text if any(not isinstance(part, Open) for part in said) else Open(text) if said else None
