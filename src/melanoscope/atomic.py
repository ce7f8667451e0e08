"""Writing a file at once: a kill in the middle leaves the old one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, which takes its place when the block ends well."""
    temporary = path.with_name(f"{path.name}.part")
    yield temporary
    temporary.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write `text`, in UTF-8, to `path`, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
