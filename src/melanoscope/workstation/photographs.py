"""Where photographs lie: by the hash of their content, outside of what is served, without EXIF."""

from __future__ import annotations

import hashlib
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from melanoscope.data.decode import decode, decode_within, orientation, pixel_size
from melanoscope.errors import InputError, UnreadableImage
from melanoscope.workstation.encryption import Key
from melanoscope.workstation.jpeg import NotWellFormed, without_metadata
from melanoscope.workstation.likeness import Likeness, likeness
from melanoscope.workstation.vault import Vault

MAX_BYTES = 64 * 2**20
"""A larger file is refused before it is decoded."""

LATELY = 600.0
"""Seconds that a file stays after it was sent: much longer than it takes to write the row that refers to it."""

DAY = 86_400.0

THUMBNAIL = 480
"""Pixels of a thumbnail's longer side."""

_SHA256 = re.compile("[0-9a-f]{64}")
_THUMBNAIL = ".thumbnail"
_JPEG = b"\xff\xd8\xff"
_SIGNATURES = (_JPEG, b"\x89PNG", b"BM", b"II*\x00", b"MM\x00*", b"RIFF", b"GIF8")
_HEIC = re.compile(rb".{4}ftyp(?:hei|hev|mif1|msf1)", re.DOTALL)
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Taken:
    """A file that was taken in. `sha256` is of what is stored; it, `width` and `height` are None where nothing could
    be stored, and `unreadable` says why. `size` is in bytes, of the file as it came.
    """

    name: str
    original_sha256: str
    size: int
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    unreadable: str | None = None
    likeness: Likeness | None = field(default=None, repr=False, compare=False)


class Photographs:
    """The photographs in `folder`, sealed where there is a `key`. What has been taken is on the disk.

    InputError where the folder cannot be written to, or its photographs are sealed with another key. Photographs that
    were kept before there was a key are sealed first.
    """

    def __init__(self, folder: Path, key: Key | None = None) -> None:
        self._folder = folder
        self._files = Vault(folder, key)

    def take(self, name: str, content: bytes) -> Taken:
        """Keep a file that somebody sent; InputError where it is no photograph at all, such as a page.

        A damaged photograph is taken, so that it is not lost from sight, but its bytes are not kept.
        """
        named, original = shown_name(name), hashlib.sha256(content).hexdigest()
        if len(content) > MAX_BYTES:
            raise InputError(f"{named} is larger than {MAX_BYTES // 2**20} MB. Send a smaller file.")
        if not content:
            raise InputError(f"{named} is empty. Choose the photograph again.")
        if _HEIC.match(content):
            raise InputError(
                f"{named} is HEIC, as iPhones write it, which is not read. Set the camera to “Most Compatible”."
            )
        if not content.startswith(_SIGNATURES):
            raise InputError(f"{named} is no photograph. Send a JPEG, PNG, TIFF, WebP, BMP or GIF file.")
        try:
            bare = _bare(content)
            small = decode_within(bare, THUMBNAIL)  # which reads all of what is kept: a damaged file ends here
            width, height = pixel_size(bare)
        except UnreadableImage as error:
            return Taken(named, original, len(content), unreadable=str(error))
        sha256 = self._keep(bare, _encoded(small, "JPEG"))
        return Taken(named, original, len(content), sha256, width, height, likeness=likeness(small))

    def read(self, sha256: str) -> bytes:
        """The stored file; UnreadableImage where it has gone."""
        return self._files.read(self._path(sha256))

    def thumbnail(self, sha256: str) -> bytes:
        """A small JPEG of it, made anew where it is missing; UnreadableImage where the photograph has gone."""
        path = _thumbnail(self._path(sha256))
        if not path.exists():
            self._files.write(path, _encoded(decode_within(self.read(sha256), THUMBNAIL), "JPEG"))
        return self._files.read(path)

    def forget(self, sha256: str) -> bool:
        """Remove the file, to which nothing refers any more; whether it has gone.

        It has not while somebody has lately sent it again, and may be about to refer to it. It is put aside before its
        age is looked at, so that whoever sends it in this very moment finds it missing and stores it anew.
        """
        path = self._path(sha256)
        aside = path.with_name(f"{path.name}.removed")
        with suppress(FileNotFoundError):
            path.replace(aside)
        if aside.exists() and _age(aside) < LATELY:
            aside.replace(path)
            return False
        aside.unlink(missing_ok=True)
        if not path.exists():
            _thumbnail(path).unlink(missing_ok=True)
        return True

    def folders(self) -> list[Path]:
        """Where photographs lie, for `stale`."""
        return sorted(self._folder.glob("??"))

    def stale(self, folder: Path) -> set[str]:
        """The photographs of a folder that nobody has sent for a day; what killed writers left there is removed."""
        old = {path for path in folder.iterdir() if _age(path) > DAY}
        found = {path.name for path in old if _SHA256.fullmatch(path.name)}
        for path in old:
            if path.name not in found and path.suffix != _THUMBNAIL:
                path.unlink(missing_ok=True)
        return found

    def _keep(self, content: bytes, thumbnail: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        try:
            os.utime(path)  # for `forget`
        except FileNotFoundError:
            self._files.write(_thumbnail(path), thumbnail)
            self._files.write(path, content)
        return sha256

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256


def media_type(content: bytes) -> str:
    """Of a stored file, which is a JPEG or a PNG."""
    return "image/jpeg" if content.startswith(_JPEG) else "image/png"


def shown_name(name: str) -> str:
    """A file's own name, without folders and control characters, and not longer than a name should be."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in last if each.isprintable())[:_LONGEST_NAME].strip() or "photograph"


def _age(path: Path) -> float:
    """Seconds since the file was written or sent again; 0 where another process has just taken it away."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _bare(content: bytes) -> bytes:
    """The photograph without EXIF: a JPEG's pixels as they were, not yet decoded; another format's as a PNG."""
    if content.startswith(_JPEG):
        with suppress(NotWellFormed):  # decoders forgive what cannot be taken apart safely: the pixels alone are kept
            return without_metadata(content, orientation(content))
    return _encoded(decode(content), "PNG")


def _encoded(pixels: NDArray[np.uint8], kind: str) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, kind, **({"quality": 85} if kind == "JPEG" else {"compress_level": 4}))
    return file.getvalue()


def _thumbnail(path: Path) -> Path:
    return path.with_name(f"{path.name}{_THUMBNAIL}")
