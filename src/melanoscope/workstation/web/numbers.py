"""Figures and days as people write them into forms."""

from __future__ import annotations

from datetime import date
from math import isfinite

from melanoscope.workstation.service.errors import Invalid


def day(text: str) -> date:
    """A day as a browser sends it, such as 2026-11-23; Invalid where it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(f"“{text[:40]}” is no date. Write it as 2026-11-23.") from error


def whole(text: str) -> int | None:
    """Such as a year; None where nothing is written, Invalid where it is no whole number."""
    if not text.strip():
        return None
    if not text.strip().isdecimal():
        raise Invalid(f"“{text[:40]}” is no whole number.")
    return int(text)


def millimetres(text: str) -> float | None:
    """With a point or a comma; None where nothing is written, Invalid where it is no number."""
    if not text.strip():
        return None
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError as error:
        raise Invalid(f"“{text[:40]}” is no number. Write millimetres, such as 0.8.") from error
    if not isfinite(number):
        raise Invalid(f"“{text[:40]}” is no number. Write millimetres, such as 0.8.")
    return number
