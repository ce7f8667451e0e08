"""Which files a triage did not read, in words."""

from __future__ import annotations

from collections.abc import Mapping

_KINDS = 6
"""Kinds that are named; the rest are counted together."""


def left_alone(others: Mapping[str, int]) -> str:
    """Such as “3 .heic, 2 .dcm, 1 other: not read”, the most first; empty where there are none.

    `others` says how many files there are of each suffix, "" for those that have none.
    """
    if not others:
        return ""
    named = sorted((kind for kind in others if kind), key=lambda kind: (-others[kind], kind))[:_KINDS]
    rest = sum(others.values()) - sum(others[kind] for kind in named)
    words = [f"{others[kind]} {kind}" for kind in named]
    if rest:
        words.append(f"{rest} other{'' if rest == 1 else 's'}")
    return f"{', '.join(words)}: not read"
