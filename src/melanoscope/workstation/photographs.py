"""Where photographs lie: by the hash of their content, outside of what is served, without EXIF."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from melanoscope.atomic import make_folder
from melanoscope.data.decode import decode, decode_within, pixel_size
from melanoscope.errors import InputError, UnreadableImage
from melanoscope.workstation.jpeg import NotWellFormed, without_metadata
from melanoscope.workstation.likeness import Likeness, likeness

MAX_BYTES = 64 * 2**20
"""A larger file is refused before it is decoded."""

THUMBNAIL = 480
"""Pixels of a thumbnail's longer side."""

_JPEG = b"\xff\xd8\xff"
_SIGNATURES = (_JPEG, b"\x89PNG", b"BM", b"II*\x00", b"MM\x00*", b"RIFF", b"GIF8")
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
    """The photographs in `folder`. What has been taken is on the disk."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder = folder

    def take(self, name: str, content: bytes) -> Taken:
        """Keep a file that somebody sent; InputError where it is no photograph at all, such as a page.

        A damaged photograph is taken, so that it is not lost from sight, but its bytes are not kept.
        """
        named, original = shown_name(name), hashlib.sha256(content).hexdigest()
        if len(content) > MAX_BYTES:
            raise InputError(f"{named} is larger than {MAX_BYTES // 2**20} MB. Send a smaller file.")
        if not content.startswith(_SIGNATURES):
            raise InputError(f"{named} is no photograph. Send a JPEG, PNG, TIFF, WebP, BMP or GIF file.")
        try:
            bare = _bare(content)
            small = decode_within(bare, THUMBNAIL)
            width, height = pixel_size(bare)
        except UnreadableImage as error:
            return Taken(named, original, len(content), unreadable=str(error))
        sha256 = self._keep(bare, _encoded(small, "JPEG"))
        return Taken(named, original, len(content), sha256, width, height, likeness=likeness(small))

    def read(self, sha256: str) -> bytes:
        """The stored file; UnreadableImage where it has gone."""
        return _read(self._path(sha256))

    def thumbnail(self, sha256: str) -> bytes:
        """A small JPEG of it; UnreadableImage where it has gone."""
        return _read(_thumbnail(self._path(sha256)))

    def _keep(self, content: bytes, thumbnail: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            _write(_thumbnail(path), thumbnail)
            _write(path, content)
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


def _bare(content: bytes) -> bytes:
    """The photograph without EXIF: a JPEG's pixels as they were, another format's as a PNG."""
    pixels = decode(content)
    if content.startswith(_JPEG):
        try:
            return without_metadata(content, _orientation(content))
        except NotWellFormed:  # decoders forgive what cannot be taken apart safely: then the pixels alone are kept
            return _encoded(pixels, "PNG")
    return _encoded(pixels, "PNG")


def _orientation(content: bytes) -> int:
    """How the camera was held, in 1–8; 1 where the file does not say so."""
    with Image.open(BytesIO(content), formats=("JPEG", "MPO")) as image:
        try:
            said = image.getexif().get(ExifTags.Base.Orientation, 1)
        except SyntaxError:  # EXIF that is no EXIF: `decode` takes the pixels as they are, too
            return 1
    return said if isinstance(said, int) and said in range(1, 9) else 1


def _encoded(pixels: NDArray[np.uint8], kind: str) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, kind, **({"quality": 85} if kind == "JPEG" else {"compress_level": 4}))
    return file.getvalue()


def _thumbnail(path: Path) -> Path:
    return path.with_name(f"{path.name}.thumbnail")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableImage("its stored file has gone") from error


def _write(path: Path, content: bytes) -> None:
    """Whole, and on the disk; two writers of one content do not disturb each other."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
