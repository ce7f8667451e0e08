"""Photographs are kept by content, without EXIF, with the pixels that they had."""

from __future__ import annotations

import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageFile

from melanoscope.data.decode import decode
from melanoscope.errors import InputError, UnreadableImage
from melanoscope.workstation import photographs as room
from melanoscope.workstation.jpeg import NotWellFormed, without_metadata
from melanoscope.workstation.photographs import Photographs, media_type

SECRET = b"Jane Doe, 4711"


def told(path: Path, orientation: int = 1, **options: Any) -> bytes:
    """The photograph as a JPEG whose EXIF and comment name the patient."""
    with Image.open(path) as image:
        exif = image.getexif()
        exif[ExifTags.Base.Orientation] = orientation
        exif[ExifTags.Base.ImageDescription] = SECRET.decode()
        exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
        file = BytesIO()
        image.save(file, "JPEG", exif=exif, comment=SECRET, **options)
        return file.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_loses_its_exif_and_keeps_its_pixels_and_how_it_was_held(
    kept: Photographs, photographs: list[Path], orientation: int
) -> None:
    sent = told(photographs[0], orientation)
    taken = kept.take("a.jpg", sent)
    assert taken.sha256 is not None
    stored = kept.read(taken.sha256)
    assert SECRET in sent and SECRET not in stored and SECRET not in kept.thumbnail(taken.sha256)
    np.testing.assert_array_equal(decode(stored), decode(sent))
    with Image.open(BytesIO(stored)) as image:
        assert set(image.getexif()) <= {ExifTags.Base.Orientation}


def test_a_jpeg_is_decoded_once(kept: Photographs, photographs: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    sent, decoded = told(photographs[0], 6), []
    load = ImageFile.ImageFile.load

    def counted(image: ImageFile.ImageFile) -> Any:
        decoded.extend([str(image.format)] if image.tile else [])
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", counted)
    kept.take("a.jpg", sent)
    assert decoded == ["JPEG"]


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 2}])
def test_every_kind_of_jpeg_keeps_its_pixels(
    kept: Photographs, photographs: list[Path], options: dict[str, Any]
) -> None:
    sent = told(photographs[1], **options)
    stored = kept.read(str(kept.take("a.jpg", sent).sha256))
    assert stored.startswith(b"\xff\xd8\xff") and SECRET not in stored
    np.testing.assert_array_equal(decode(stored), decode(sent))


def test_the_shipped_photographs_keep_every_byte_but_what_names_somebody(
    kept: Photographs, photographs: list[Path]
) -> None:
    for path in photographs:
        taken = kept.take(path.name, path.read_bytes())
        np.testing.assert_array_equal(decode(kept.read(str(taken.sha256))), decode(path))


def test_what_follows_the_picture_is_dropped(photographs: list[Path]) -> None:
    sent = photographs[0].read_bytes()
    assert without_metadata(sent + b"<script>alert(1)</script>", 1) == without_metadata(sent, 1)


@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP", "BMP", "GIF"])
def test_other_formats_are_kept_as_png(kept: Photographs, photographs: list[Path], form: str) -> None:
    file = BytesIO()
    with Image.open(photographs[0]) as image:
        image.save(file, form)
    stored = kept.read(str(kept.take("a", file.getvalue()).sha256))
    assert media_type(stored) == "image/png"
    np.testing.assert_array_equal(decode(stored), decode(file.getvalue()))


def test_a_photograph_that_comes_twice_is_stored_once(
    kept: Photographs, photographs: list[Path], tmp_path: Path
) -> None:
    sent = photographs[0].read_bytes()
    first, second = kept.take("a.jpg", sent), kept.take("b.jpg", sent)
    assert (first.sha256, first.original_sha256) == (second.sha256, second.original_sha256)
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 2  # it, and its thumbnail


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"%PDF-1.7",
        b"PK\x03\x04",
    ],
)
def test_what_is_no_photograph_is_refused_and_leaves_nothing(kept: Photographs, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"x\.jpg is no photograph"):
        kept.take("x.jpg", content)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", r"x\.jpg is empty"), (b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1", "is HEIC, as iPhones write it")],
)
def test_it_is_said_why_a_file_is_not_read(kept: Photographs, content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        kept.take("x.jpg", content)


def test_a_damaged_photograph_is_taken_without_its_bytes(kept: Photographs, photographs: list[Path]) -> None:
    taken = kept.take("a.jpg", photographs[0].read_bytes()[:2000])
    assert taken.sha256 is None and taken.unreadable == "the file is truncated" and taken.size == 2000


def test_a_decompression_bomb_is_not_opened(kept: Photographs) -> None:
    size = (50_000).to_bytes(4, "big")
    header = b"IHDR" + size + size + b"\x08\x02\x00\x00\x00"
    bomb = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0d" + header + zlib.crc32(header).to_bytes(4, "big")
    bomb += b"\x00\x00\x00\x04IDAT" + bytes(8)
    assert "megapixels" in str(kept.take("bomb.png", bomb).unreadable)


def test_too_large_a_file_is_refused(kept: Photographs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="larger than"):
        kept.take("a.jpg", b"\xff\xd8\xff" + bytes(8))


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [("../../etc/passwd", "passwd"), ("C:\\a\\b.jpg", "b.jpg"), ("a\x00\r\nb.jpg", "ab.jpg"), ("", "photograph")],
)
def test_a_name_leads_nowhere(kept: Photographs, photographs: list[Path], given_name: str, shown: str) -> None:
    assert kept.take(given_name, photographs[0].read_bytes()).name == shown


def test_a_file_that_has_gone_is_said_to_have(kept: Photographs) -> None:
    with pytest.raises(UnreadableImage, match="gone"):
        kept.read("ab" * 32)


@given(st.data())
def test_no_damage_gives_anything_but_a_jpeg_or_a_reason(photographs: list[Path], data: st.DataObject) -> None:
    sent = bytearray(photographs[0].read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(sent) - 1), min_size=1, max_size=5)):
        sent[place] = data.draw(st.integers(0, 255))
    try:
        bare = without_metadata(bytes(sent[: data.draw(st.integers(0, len(sent)))]), 1)
    except NotWellFormed:
        return
    assert bare.startswith(b"\xff\xd8") and bare.endswith(b"\xff\xd9")
