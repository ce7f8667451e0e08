"""The libraries that only the extra `evidence` brings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from melanoscope.errors import InputError

LIBRARIES = ("matplotlib", "pyarrow", "sklearn", "weasyprint")


@contextmanager
def evidence(what: str) -> Iterator[None]:
    """For imports: an InputError that names the extra where `what` needs a library that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise _missing(what, error.name or "a library") from error


def refuse_without(what: str) -> None:
    """The same for all of the libraries, before `what` begins: a long work should not end with it."""
    for name in LIBRARIES:
        if find_spec(name) is None:
            raise _missing(what, name)


def _missing(what: str, library: str) -> InputError:
    return InputError(f"{what} needs {library}: pip install 'melanoscope[evidence]'.")
