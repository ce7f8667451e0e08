"""The libraries that only an extra of the package brings, and how to get one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from melanoscope.errors import InputError

LIBRARIES = {
    "evidence": ("matplotlib", "pyarrow", "sklearn", "weasyprint"),
    "train": ("torch", "timm", "onnxscript", "sklearn"),
    "serve": (
        "alembic",
        "argon2",
        "babel",
        "fastapi",
        "httpx2",
        "joserfc",
        "multipart",
        "prometheus_client",
        "pyotp",
        "segno",
        "sqlalchemy",
        "uvicorn",
    ),
}
"""By extra, what is imported of it; the first that is missing is named."""


@contextmanager
def evidence(what: str) -> Iterator[None]:
    """For imports: an InputError that names the extra where `what` needs a library that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise _missing("evidence", what, error.name or "a library") from error


def refuse_without(extra: str, what: str) -> None:
    """The same for all libraries of `extra`, before `what` begins: a long work should not end with it."""
    for name in LIBRARIES[extra]:
        if find_spec(name) is None:
            raise _missing(extra, what, name)


def _missing(extra: str, what: str, library: str) -> InputError:
    return InputError(f"{what} needs {library}: {_installation(extra)}.")


def _installation(extra: str) -> str:
    """The command that installs `extra`: from the clone, where this runs from one, for no index knows that."""
    clone = Path(__file__).parents[2]
    if (clone / "pyproject.toml").is_file():
        return f"pip install -e {shlex.quote(f'{clone}[{extra}]')}"
    return f"pip install 'melanoscope[{extra}]'"
