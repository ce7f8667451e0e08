"""Photographs in a zip, read in memory: nothing is ever extracted."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from pathlib import Path

from melanoscope.data.decode import is_image_name
from melanoscope.errors import InputError, UnreadableImage

MAX_BYTES = 256 * 1024**2
"""A member that unpacks to more is refused: a small zip can hold a flood."""

_ENCRYPTED = 0x1
"""Bit 0 of the general purpose flags (PKWARE's APPNOTE.TXT, 4.4.4)."""

_DAMAGE = (
    *(OSError, EOFError, ValueError, NotImplementedError),
    *(struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
"""What the standard library raises on damaged members, and on ways of packing that it does not know."""


class Archive:
    """One zip. `members` are its photographs as `archive.zip/member`; where a name stands twice the later one counts.

    InputError where the file is no zip.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise InputError(f"{path} cannot be read as a zip ({error}). Check it, or give its folder.") from error
        files = [info for info in self._zip.infolist() if not info.is_dir()]
        self.members = {Path(f"{path}/{info.filename}"): info for info in files if is_image_name(Path(info.filename))}
        self.others = sum(not is_image_name(Path(info.filename)) for info in files)

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
