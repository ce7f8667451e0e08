"""Where a list goes on: what a page says of the next one, read back."""

from __future__ import annotations

from melanoscope.workstation.service.errors import Invalid

_LARGEST = 2**31 - 1
"""What an integer column of every database can hold."""


def nowhere() -> Invalid:
    return Invalid("This page of the list does not exist. Begin at its start.")


def number(cursor: str) -> int:
    """A row's number; Invalid where no page gave it."""
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 10 and int(cursor) <= _LARGEST):
        raise nowhere()
    return int(cursor)
