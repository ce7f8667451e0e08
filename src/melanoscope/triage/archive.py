"""Photographs in a zip, read in memory: nothing is ever extracted."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from melanoscope.data.decode import is_image_name, kind
from melanoscope.errors import InputError, UnreadableImage

MAX_BYTES = 256 * 1024**2
"""A member that unpacks to more is refused: a small zip can hold a flood."""

_ENCRYPTED = 0x1
"""Bit 0 of the general purpose flags (PKWARE's APPNOTE.TXT, 4.4.4)."""

_DAMAGE = (
    *(OSError, EOFError, ValueError, NotImplementedError),
    *(struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
"""What the standard library raises on damaged archives and members, and on ways of packing that it does not know."""


class Archive:
    """One zip. `members` are its photographs as `archive.zip/member`, the second of a name as `archive.zip/member (2)`.

    `others` are as those of `Inputs`. InputError where the file is no zip.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGE as error:
            raise InputError(f"{path} cannot be read as a zip ({error}). Check it, or give its folder.") from error
        files = [info for info in self._zip.infolist() if not info.is_dir()]
        self.members = dict(_named(path, [info for info in files if is_image_name(Path(info.filename))]))
        names = (Path(info.filename) for info in files)
        self.others = Counter(kind(name) for name in names if not is_image_name(name))

    def read(self, member: Path) -> bytes:
        """The member's bytes; UnreadableImage where it is encrypted, damaged or too large. Safe in several threads."""
        info = self.members[member]
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableImage("it is encrypted in its zip")
        if info.file_size > MAX_BYTES:
            raise UnreadableImage(f"too large: it unpacks to more than {MAX_BYTES // 1024**2} MB")
        try:
            with self._zip.open(info) as file:
                return file.read(MAX_BYTES)
        except _DAMAGE as error:
            raise UnreadableImage(f"it is damaged in its zip ({error})") from error


def _named(path: Path, photographs: list[zipfile.ZipInfo]) -> Iterator[tuple[Path, zipfile.ZipInfo]]:
    """Each with a path of its own, though `b.jpg`, `./b.jpg` and another `b.jpg` are the same to Path.

    No member can already have such a name: with a number behind its suffix it would be no photograph.
    """
    seen: Counter[Path] = Counter()
    for info in photographs:
        member = Path(f"{path}/{info.filename}")
        seen[member] += 1
        yield (member if seen[member] == 1 else member.with_name(f"{member.name} ({seen[member]})")), info
