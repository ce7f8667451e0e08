"""Which photographs there are: files, folders, globs and zip archives, each file once."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from melanoscope.data.decode import is_image_name, kind
from melanoscope.errors import InputError
from melanoscope.triage.archive import Archive


@dataclass(frozen=True)
class Stamp:
    """What tells that a file is still the one that was read: its size in bytes, its time in ns (in a zip, its CRC)."""

    size: int
    changed: int


@dataclass
class Inputs:
    """The photographs in the order in which they were given, and how many other files were left, by suffix."""

    photographs: dict[Path, Stamp] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)
    _archives: dict[Path, Archive] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    def read(self, path: Path) -> Path | bytes:
        """What is to be decoded: the file itself, or a zip member's bytes; UnreadableImage where it has none."""
        archive = self._archives.get(path)
        return archive.read(path) if archive else path

    def add_file(self, path: Path) -> None:
        if self._is_new(path):
            self.photographs[_harmless(path)] = _stamp(path)

    def add_folder(self, folder: Path) -> None:
        """Every name with an image suffix, broken links and folders too, here and below; other files are counted."""
        for path, is_folder in _walk(folder):
            if is_image_name(path):
                self.add_file(path)
            elif not is_folder:
                self.others[kind(path)] += 1

    def add_archive(self, path: Path) -> None:
        if not self._is_new(path):
            return
        archive = Archive(_harmless(path))
        self.others += archive.others
        for member, info in archive.members.items():
            self.photographs[member] = Stamp(info.file_size, info.CRC)
            self._archives[member] = archive

    def _is_new(self, path: Path) -> bool:
        """Whether no other spelling of the same path came before."""
        absolute = os.path.abspath(path)
        is_new = absolute not in self._known
        self._known.add(absolute)
        return is_new


def find(paths: Iterable[Path]) -> Inputs:
    """All photographs at `paths`; InputError where one of them is not there or cannot be looked into."""
    inputs = Inputs()
    for path in paths:
        for match in _expand(path):
            _add(inputs, match)
    return inputs


def _add(inputs: Inputs, path: Path) -> None:
    if path.is_dir():
        inputs.add_folder(path)
    elif path.suffix.lower() == ".zip":
        inputs.add_archive(path)
    else:
        inputs.add_file(path)


def _expand(path: Path) -> list[Path]:
    """The path itself, or what its wildcards match; a file whose name has brackets is no wildcard."""
    if os.path.lexists(path):
        return [path]
    matches = sorted(glob.glob(str(path), recursive=True))
    if not matches:
        raise InputError(f"{path}: there is no such file or folder. Give photographs, a folder or a zip.")
    return list(map(Path, matches))


def _harmless(path: Path) -> Path:
    """The absolute path of `=x.jpg` or `-x.jpg`: no table program takes it for a formula, no command for an option."""
    return path.absolute() if str(path).startswith(("=", "+", "-", "@", "\t", "\r")) else path


def _walk(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Every path below `folder`, sorted, and whether it is a folder; links are followed, but never in a circle."""
    entered: set[str] = set()
    for parent, folders, files in os.walk(folder, followlinks=True, onerror=_cannot_look):
        if (real := os.path.realpath(parent)) in entered:
            folders.clear()
            continue
        entered.add(real)
        folders.sort()
        names = [(name, True) for name in folders] + [(name, False) for name in files]
        yield from ((Path(parent, name), is_folder) for name, is_folder in sorted(names))


def _cannot_look(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot look into this folder ({error.strerror}). Allow it, or leave it out.")


def _stamp(path: Path) -> Stamp:
    """Zeros for a broken link, whose reading will say so."""
    try:
        status = path.stat()
    except OSError:
        return Stamp(0, 0)
    return Stamp(status.st_size, status.st_mtime_ns)
