"""Photographs as they come: every mode, turned, damaged, hostile."""

from __future__ import annotations

import io
import os
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile

from melanoscope.data.decode import decode, decode_sized, decode_squashed, is_image_name, pixel_size
from melanoscope.errors import UnreadableImage

PHOTOGRAPH = Path(__file__).parent / "data" / "photographs" / "ISIC_0000021.jpg"
JPEG = PHOTOGRAPH.read_bytes()
PIXELS = decode(PHOTOGRAPH)
UPRIGHT = Image.fromarray(PIXELS).resize((60, 40))
FORMATS = ("JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF")


def file(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def reason(source: Path | bytes) -> str:
    """Why it cannot be read; the same from each of the three functions where the header tells."""
    with pytest.raises(UnreadableImage) as caught:
        decode(source)
    with pytest.raises(UnreadableImage) as squashed:
        decode_squashed(source, 64)
    assert str(squashed.value) == str(caught.value)
    return str(caught.value)


def difference(one: NDArray[np.uint8], other: Image.Image) -> float:
    return float(np.abs(one.astype(int) - np.asarray(other.convert("RGB"), int)).mean())


@pytest.mark.parametrize("format", FORMATS)
def test_formats(format: str) -> None:
    pixels = decode(file(UPRIGHT, format))
    assert pixels.shape == (40, 60, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.writeable
    assert difference(pixels, UPRIGHT) < 6


def test_a_path_and_its_bytes_are_the_same_photograph() -> None:
    assert np.array_equal(decode(PHOTOGRAPH), decode(JPEG))
    assert pixel_size(PHOTOGRAPH) == (256, 256)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "I;16"])
def test_modes(mode: str) -> None:
    grey = UPRIGHT.convert("L")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey, np.uint16) * 257)
    else:
        image = (UPRIGHT if mode in ("RGB", "P", "CMYK", "YCbCr") else grey).convert(mode)
    pixels = decode(file(image, "TIFF"))
    assert pixels.shape == (40, 60, 3)
    expected = grey if mode in ("L", "I;16") else image
    assert difference(pixels, expected) < 1.5


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_16_bits_are_scaled_and_not_cut(format: str) -> None:
    deep = Image.fromarray(np.array([[0, 257, 32896, 65535]], np.uint16))
    assert decode(file(deep, format))[0, :, 0].tolist() == [0, 1, 128, 255]


def test_cmyk_jpeg_is_not_inverted() -> None:
    assert difference(decode(file(UPRIGHT.convert("CMYK"), "JPEG", quality=95)), UPRIGHT) < 6


@pytest.mark.parametrize("mode", ["LA", "RGBA", "PA"])
def test_what_is_transparent_stands_on_white(mode: str) -> None:
    image = Image.new("RGBA", (4, 2), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (2, 0, 4, 2))
    pixels = decode(file(image.convert(mode), "TIFF" if mode == "PA" else "PNG"))
    assert pixels[0, :, 0].tolist() == [0, 0, 255, 255]


def test_a_transparent_palette_stands_on_white() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 0, 200, 0, 0])
    image.putpixel((1, 0), 1)
    assert decode(file(image, "PNG", transparency=0)).tolist() == [[[255, 255, 255], [200, 0, 0]]]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_every_exif_orientation_is_undone(format: str, orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = UPRIGHT.transpose(undo[orientation]) if orientation > 1 else UPRIGHT
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = decode(file(stored, format, exif=exif))
    assert pixels.shape == (40, 60, 3)
    assert difference(pixels, UPRIGHT) < 8
    assert difference(decode_squashed(file(stored, format, exif=exif), 32), UPRIGHT.resize((32, 32))) < 9


def test_damaged_exif_does_not_cost_the_photograph() -> None:
    assert decode(file(UPRIGHT, "JPEG", exif=b"Exif\0\0nonsense")).shape == (40, 60, 3)


def test_a_phones_jpeg_with_a_preview_behind_it_is_one_photograph() -> None:
    assert decode(file(UPRIGHT, "MPO", save_all=True, append_images=[UPRIGHT.resize((6, 4))])).shape == (40, 60, 3)


def test_squashing_is_the_whole_photograph_scaled_down() -> None:
    large = Image.fromarray(PIXELS).resize((600, 450), Image.Resampling.BICUBIC)
    squashed = decode_squashed(file(large, "JPEG", quality=95), 180)
    assert squashed.shape == (180, 180, 3)
    assert difference(squashed, large.resize((180, 180), Image.Resampling.BILINEAR)) < 2


@pytest.mark.parametrize(("format", "orientation"), [("JPEG", 1), ("JPEG", 6), ("PNG", 1)])
def test_squashing_tells_the_size_of_the_whole(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    source = file(Image.fromarray(PIXELS).resize((600, 450)), format, exif=exif)
    pixels, size = decode_sized(source, 64)

    assert size == pixel_size(source) == (600, 450)
    np.testing.assert_array_equal(pixels, decode_squashed(source, 64))


@pytest.mark.parametrize("size", [16, 180, 300, 600])
def test_squashing_never_draws_from_fewer_pixels_than_it_gives(size: int) -> None:
    striped = np.zeros((450, 600, 3), np.uint8)
    striped[:, ::2] = 255
    squashed = decode_squashed(file(Image.fromarray(striped), "JPEG", quality=95), size)
    assert squashed.shape == (size, size, 3)
    assert abs(squashed.mean() - 127.5) < 3


def test_empty() -> None:
    assert reason(b"") == "the file is empty"


@pytest.mark.parametrize("garbage", [b"not a photograph", bytes(1000), b"%PDF-1.7", b"<svg/>", b"GIF", b"P5 1 1 255 a"])
def test_not_an_image(garbage: bytes) -> None:
    assert reason(garbage) == "not an image"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
def test_truncated(format: str, part: float) -> None:
    whole = file(Image.fromarray(PIXELS), format)
    assert "truncated" in reason(whole[: int(len(whole) * part)])


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_animated(format: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    assert reason(file(frames[0], format, save_all=True, append_images=frames[1:])) == "animated: 3 frames"


def test_several_pages() -> None:
    assert reason(file(UPRIGHT, "TIFF", save_all=True, append_images=[UPRIGHT])) == "several pages: 2"


@pytest.mark.parametrize(("width", "height"), [(10_001, 10_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [b"IHDR" + header, b"IDAT" + zlib.compress(bytes(1000)), b"IEND"]
    body = b"".join(struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    assert reason(b"\x89PNG\r\n\x1a\n" + body) == "too large: more than 100 megapixels"


def test_more_than_16_bits() -> None:
    assert (
        reason(file(Image.fromarray(np.full((2, 2), 0.5, np.float32)), "TIFF")) == "its pixels have more than 16 bits"
    )


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "link.jpg").symlink_to(tmp_path / "gone.jpg")
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    assert reason(tmp_path / "link.jpg") == "it is a broken link"
    assert reason(tmp_path / "gone.jpg") == "there is no such file"
    assert reason(tmp_path / "folder.jpg") == "it is a folder"
    assert reason(tmp_path / "pipe.jpg") == "it is no regular file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_permission_denied(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    (tmp_path / "a.jpg").chmod(0)
    assert reason(tmp_path / "a.jpg") == "permission denied"


def test_a_link_that_bites_its_tail(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "a.jpg")
    assert "symbolic link" in reason(tmp_path / "a.jpg")


def test_pillows_own_settings_are_left_alone() -> None:
    before = Image.MAX_IMAGE_PIXELS, list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: decode_squashed(JPEG, 32), range(64)))
    assert all(np.array_equal(result, results[0]) for result in results)
    assert (Image.MAX_IMAGE_PIXELS, list(warnings.filters)) == before


def test_pillows_warnings_do_not_leak() -> None:
    large = file(Image.new("1", (9_500, 9_500)), "PNG")  # above Pillow's warning, below our limit
    assert pixel_size(large) == (9_500, 9_500)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_damage_ever_gives_anything_but_pixels_or_a_reason(data: st.DataObject) -> None:
    whole = bytearray(FILES[data.draw(st.sampled_from(FORMATS))])
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(1, len(whole)))])
    try:
        assert decode(damaged).ndim == 3
    except UnreadableImage as error:
        assert str(error)


FILES = {format: file(UPRIGHT.resize((12, 8)), format) for format in FORMATS}


@pytest.mark.parametrize(
    ("name", "is_image"),
    [
        ("a.jpg", True),
        ("a.JPEG", True),
        ("a.b.TiF", True),
        ("a.gif", True),
        ("a.jpg.txt", False),
        ("jpg", False),
        ("._a.jpg", False),
    ],
)
def test_image_names(name: str, is_image: bool) -> None:
    assert is_image_name(Path(name)) is is_image


def test_a_photograph_cut_short_is_refused_though_another_library_would_take_it(
    photographs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as importing WeasyPrint does
    with pytest.raises(UnreadableImage, match="truncated"):
        decode_squashed(photographs[4].read_bytes()[:2000], 32)
