"""The libraries that only the extra `evidence` brings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from melanoscope.errors import InputError


@contextmanager
def evidence(what: str) -> Iterator[None]:
    """For imports: an InputError that names the extra where `what` needs a library that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise InputError(f"{what} needs {error.name}: pip install melanoscope[evidence].") from error
