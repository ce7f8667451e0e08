"""From an untrusted file to pixels: the only place that opens photographs, for training and inference alike."""

from __future__ import annotations

import os
import stat
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from melanoscope.errors import UnreadableImage

T = TypeVar("T")

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif"})
MAX_PIXELS = 100_000_000
"""A photograph of more pixels is refused before it is decoded: a small file can claim gigabytes."""

_FORMATS = ("JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\x00", b"MM\x00*", b"RIFF", b"GIF8")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's orientation, and what undoes it (CIPA DC-008, tag 0x0112)."""


def kind(path: Path) -> str:
    """What a file is by its name: its suffix in lower case; empty for `._x.jpg`, which a Mac notes of `x.jpg`."""
    return "" if path.name.startswith("._") else path.suffix.lower()


def is_image_name(path: Path) -> bool:
    """Whether a file of this name is an input: by its `kind`."""
    return kind(path) in IMAGE_SUFFIXES


def decode(source: Path | bytes) -> NDArray[np.uint8]:
    """The photograph, upright, shape (h, w, 3), sRGB, 0–255.

    EXIF's rotation is applied and all else of EXIF dropped; what is transparent stands on white; colour
    profiles are not applied. UnreadableImage, with a short reason, where the file is no still photograph.
    """
    return _decode(source, lambda image: np.array(_upright(_rgb(image), image)))


def decode_squashed(source: Path | bytes, size: int) -> NDArray[np.uint8]:
    """The photograph squashed to shape (size, size, 3), otherwise as `decode` gives it.

    A JPEG is decoded at the smallest of libjpeg's scales (1, 1/2, 1/4, 1/8) that is not below `size` in
    either side, then scaled down with an antialiased bilinear filter: several times faster than decoding it whole.
    """
    return decode_sized(source, size)[0]


def decode_sized(source: Path | bytes, size: int) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """As `decode_squashed`, and the photograph's own (width, height) before any rotation."""

    def squash(image: Image.Image) -> tuple[NDArray[np.uint8], tuple[int, int]]:
        own = image.size
        image.draft(None, (size, size))
        small = _rgb(image).resize((size, size), Image.Resampling.BILINEAR, reducing_gap=2.0)
        return np.array(_upright(small, image)), own

    return _decode(source, squash)


def decode_within(source: Path | bytes, longest: int) -> NDArray[np.uint8]:
    """The photograph scaled down, in its proportions, until neither side is above `longest`; otherwise as `decode`.

    For showing: a JPEG is first decoded at the smallest of libjpeg's scales that is not below it.
    """

    def fit(image: Image.Image) -> NDArray[np.uint8]:
        width, height = image.size
        scale = min(1.0, longest / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        image.draft(None, size)
        small = _rgb(image).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        return np.array(_upright(small, image))

    return _decode(source, fit)


def pixel_size(source: Path | bytes) -> tuple[int, int]:
    """(width, height) as the file's header says, before any rotation; UnreadableImage as `decode`."""
    return _decode(source, lambda image: image.size)


def orientation(source: Path | bytes) -> int:
    """How the camera was held, as EXIF says it, in 1–8; 1 where the file does not say so."""
    return _decode(source, _orientation)


def quantisation(source: Path | bytes) -> int:
    """The sum of a JPEG's quantisation tables: the larger, the stronger its compression; 0 for other formats."""
    return _decode(source, lambda image: sum(map(sum, getattr(image, "quantization", {}).values())))


def _decode(source: Path | bytes, use: Callable[[Image.Image], T]) -> T:
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint allows them for the whole process; half a photograph is none
    with _open(source) as file, _pillow_quiet, _reasons(file), Image.open(file, formats=_FORMATS) as image:
        _check(image)
        return use(image)


def _open(source: Path | bytes) -> BinaryIO:
    if isinstance(source, bytes):
        file: BinaryIO = BytesIO(source)
        empty = not source
    else:
        file, empty = _open_path(source)
    if empty:
        file.close()
        raise UnreadableImage("the file is empty")
    return file


def _open_path(path: Path) -> tuple[BinaryIO, bool]:
    """An open regular file, and whether it is empty; a pipe named like a photograph must not be waited for."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableImage("it is a folder")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableImage("it is no regular file")
        return path.open("rb"), status.st_size == 0
    except FileNotFoundError as error:
        raise UnreadableImage("it is a broken link" if path.is_symlink() else "there is no such file") from error
    except OSError as error:
        raise UnreadableImage(os.strerror(error.errno).lower() if error.errno else str(error)) from error


def content(path: Path) -> bytes:
    """The bytes of a regular file; UnreadableImage, with the reason, of anything else and where it cannot be read."""
    file, _ = _open_path(path)
    with file:
        try:
            return file.read()
        except OSError as error:
            raise UnreadableImage((error.strerror or str(error)).lower()) from error


@contextmanager
def _reasons(file: BinaryIO) -> Iterator[None]:
    """Whatever Pillow raises while it reads an untrusted file becomes one reason."""
    try:
        yield
    except UnreadableImage:
        raise
    except Image.DecompressionBombError as error:
        raise UnreadableImage(f"too large: more than {MAX_PIXELS // 10**6} megapixels") from error
    except UnidentifiedImageError as error:
        raise UnreadableImage(_unidentified(file)) from error
    except MemoryError as error:
        raise UnreadableImage("it needs more memory than there is") from error
    except Exception as error:  # damaged bytes raise nearly everything: struct.error, KeyError, EOFError …
        truncated = "truncated" in str(error).lower() or _webp_cut_short(file)
        raise UnreadableImage("the file is truncated" if truncated else f"the file is damaged ({error})") from error


def _unidentified(file: BinaryIO) -> str:
    file.seek(0)
    known = file.read(8).startswith(_SIGNATURES)
    return "the file is truncated or damaged: its header cannot be read" if known else "not an image"


def _webp_cut_short(file: BinaryIO) -> bool:
    """Whether a WebP is shorter than its header says (RIFF: the length follows the first four bytes)."""
    file.seek(0)
    head = file.read(8)
    return head[:4] == b"RIFF" and file.seek(0, os.SEEK_END) < int.from_bytes(head[4:], "little") + 8


def _check(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise UnreadableImage(f"too large: more than {MAX_PIXELS // 10**6} megapixels")
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # what phones write: a JPEG with previews behind it
        pages = image.format == "TIFF"
        raise UnreadableImage(f"several pages: {frames}" if pages else f"animated: {frames} frames")


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _eight_bits(image).convert("RGB")
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), colours).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit grey on 8 bits: 65535 becomes 255. Pillow's own conversion clips at 255 instead."""
    deep = np.asarray(image)
    if image.mode == "F" or deep.min() < 0 or deep.max() > 65535:
        raise UnreadableImage("its pixels have more than 16 bits")
    return Image.fromarray(np.round(deep.astype(np.float32) / 257).astype(np.uint8))


def _upright(pixels: Image.Image, image: Image.Image) -> Image.Image:
    """`pixels` turned as the EXIF of `image` asks (Pillow has turned a TIFF already, and then says so there)."""
    turn = _TURNS.get(_orientation(image))
    return pixels if turn is None else pixels.transpose(turn)


def _orientation(image: Image.Image) -> int:
    try:
        said = image.getexif().get(ExifTags.Base.Orientation, 1)
    except SyntaxError:  # EXIF that is no EXIF cannot say that the camera was turned; the pixels are sound
        return 1
    return said if said in _TURNS else 1


class _PillowQuiet:
    """While any thread is inside, Pillow's warnings are ignored; afterwards the filters are as before.

    `warnings.catch_warnings` alone restores the wrong filters when threads leave in another order than they came.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._filters = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.filterwarnings("ignore", module="PIL")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._filters.__exit__(None, None, None)


_pillow_quiet = _PillowQuiet()
