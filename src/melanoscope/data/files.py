"""The photographs in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from melanoscope.data.decode import is_image_name
from melanoscope.errors import InputError


def photographs(folder: Path) -> list[Path]:
    """Every file with an image suffix in `folder` and below it, in order of its path.

    Links are followed, broken ones are in the list; hidden files and folders and macOS's `__MACOSX` are not.
    InputError where a folder cannot be read.
    """
    return sorted(path for path in _files(folder, frozenset()) if is_image_name(path))


def shown(name: Path | str) -> str:
    """A path, or text with paths in it, as valid Unicode: bytes of a name that are no UTF-8 are shown as `\\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _files(folder: Path, above: frozenset[str]) -> Iterator[Path]:
    here = os.path.realpath(folder)
    if here in above:  # a link to a folder that it lies in
        return
    for entry in _entries(folder):
        if entry.name.startswith(".") or entry.name == "__MACOSX":
            continue
        if entry.is_dir():
            yield from _files(folder / entry.name, above | {here})
        else:
            yield folder / entry.name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise InputError(f"{folder} cannot be read ({error.strerror}). Check the path and its permissions.") from error
