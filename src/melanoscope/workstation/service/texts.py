"""Words that people type: no database must choke on them, and no list be broken by them."""

from __future__ import annotations

from melanoscope.workstation.service.errors import Invalid

LINE, TEXT = 200, 4000
"""Characters of a line, and of a text of several."""


def line(typed: str) -> str:
    """One line, its words one space apart, without control characters; Invalid where it is too long."""
    return _short(" ".join("".join(each if each.isprintable() else " " for each in typed).split()), LINE)


def text(typed: str) -> str:
    """Without control characters but the ends of lines; Invalid where it is too long."""
    return _short("".join(each for each in typed if each.isprintable() or each == "\n"), TEXT)


def _short(typed: str, longest: int) -> str:
    if len(typed) > longest:
        raise Invalid(f"Write {longest} characters at most.")
    return typed.strip()
