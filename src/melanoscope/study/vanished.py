"""What a study says of a photograph that it could read a moment ago."""

from __future__ import annotations

from pathlib import Path

from melanoscope.errors import InputError


def vanished(path: Path, why: object) -> InputError:
    """The error to raise where `path` cannot be read any more."""
    return InputError(f"{path}: {why}. It could be read before: leave it in place, and run again.")
