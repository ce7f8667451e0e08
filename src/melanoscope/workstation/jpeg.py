"""A JPEG without what it says beside its pixels, which stay as they were, bit for bit."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APPLICATION = range(0xE0, 0xF0)
_RESTARTS = range(0xD0, 0xD8)
_KEPT = ((0xE0, b"JFIF"), (0xE2, b"ICC_PROFILE"), (0xEE, b"Adobe"))
"""What decoding and true colours need of what applications wrote."""


class NotWellFormed(ValueError):
    """The bytes do not follow ITU-T T.81, whatever a lenient decoder makes of them."""


def without_metadata(content: bytes, orientation: int) -> bytes:
    """`content` without EXIF, comments and whatever follows the picture; `orientation`, in 1–8, is kept in a new EXIF.

    NotWellFormed where a segment is not what it should be.
    """
    kept = [b"\xff\xd8", *([_orientation(orientation)] if orientation != 1 else [])]
    kept.extend(segment for marker, segment in _segments(content) if _is_needed(marker, segment))
    return b"".join(kept)


def _is_needed(marker: int, segment: bytes) -> bool:
    if marker in _APPLICATION:
        return any(marker == known and segment[4:].startswith(name) for known, name in _KEPT)
    return marker != _COMMENT


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Every marker after the first, with the bytes that belong to it, up to the end of the picture."""
    if content[:2] != b"\xff\xd8":
        raise NotWellFormed("it does not begin as a JPEG")
    at = 2
    while True:
        at, marker = _marker(content, at)
        if marker == _END:
            yield marker, b"\xff\xd9"
            return
        end = _end(content, at, marker)
        yield marker, bytes((0xFF, marker)) + content[at:end]
        at = end


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The marker at `at`, which any number of 0xFF may come before, and where its bytes begin."""
    start = at
    while content[at : at + 1] == b"\xff":
        at += 1
    if at == start or at >= len(content) or content[at] in (0x00, _START):
        raise NotWellFormed(f"no marker at byte {start}")
    return at + 1, content[at]


def _end(content: bytes, at: int, marker: int) -> int:
    """Where the segment that begins at `at` ends; a scan's compressed data belong to it."""
    if at + 2 > len(content):
        raise NotWellFormed("a segment is cut short")
    end = at + struct.unpack_from(">H", content, at)[0]
    if end < at + 2 or end > len(content):
        raise NotWellFormed("a segment is cut short")
    return _after_scan(content, end) if marker == _SCAN else end


def _after_scan(content: bytes, at: int) -> int:
    """Where the next marker is that is neither a stuffed 0xFF nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise NotWellFormed("a scan has no end")
        if content[at + 1] != 0x00 and content[at + 1] not in _RESTARTS:
            return at
        at += 2


def _orientation(orientation: int) -> bytes:
    """A segment of EXIF with nothing but how the camera was held (CIPA DC-008, tag 0x0112)."""
    directory = struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\x00\x00MM\x00\x2a" + struct.pack(">I", 8) + directory
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
