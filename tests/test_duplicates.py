from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from melanoscope.data.duplicates import MAX_DISTANCE, candidates, copies
from melanoscope.data.fingerprint import fingerprint, fingerprints
from melanoscope.data.groups import Groups

Change = Callable[[Image.Image], Image.Image]


def recoloured(image: Image.Image) -> Image.Image:
    """Darker and colder, with more contrast in its lights than in its shades, and without its border."""
    width, height = image.size
    curves = [round(255 * (value / 255) ** gamma) for gamma in (3.0, 2.5, 2.0) for value in range(256)]
    return image.point(curves).crop((5, 5, width - 5, height - 5))


CHANGES: dict[str, tuple[Change, dict[str, Any]]] = {
    "smaller": (lambda image: image.resize((130, 130)), {"quality": 90}),
    "squashed": (lambda image: image.resize((180, 135), Image.Resampling.BILINEAR), {"quality": 90}),
    "enlarged": (lambda image: image.resize((600, 450)), {"quality": 90}),
    "recompressed": (lambda image: image, {"quality": 40}),
    "mirrored": (lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), {"quality": 90}),
    "turned": (lambda image: image.transpose(Image.Transpose.ROTATE_90).resize((200, 150)), {"quality": 80}),
    "recoloured": (recoloured, {"quality": 90}),
    "brighter": (lambda image: image.point([min(255, 12 + value * 21 // 20) for value in range(256)] * 3), {}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_copy_is_found_among_other_photographs(name: str, photographs: list[Path], tmp_path: Path) -> None:
    change, options = CHANGES[name]
    some = photographs[:12]
    for path in some:
        with Image.open(path) as image:
            change(image.convert("RGB")).save(tmp_path / path.name, **options)
    found = copies([fingerprint(path) for path in [*some, *(tmp_path / path.name for path in some)]])
    assert found.members() == [[i, i + len(some)] for i in range(len(some))]


def test_different_photographs_stay_apart(photographs: list[Path]) -> None:
    assert len(copies([fingerprint(path) for path in photographs]).members()) == len(photographs)


def test_the_dark_corners_of_one_dermatoscope_make_no_copies(photographs: list[Path], tmp_path: Path) -> None:
    corners = Image.new("L", (256, 256), 255)
    ImageDraw.Draw(corners).ellipse((8, 8, 248, 248), fill=0)
    for path in photographs:
        with Image.open(path) as image:
            seen = image.convert("RGB").resize(corners.size)
        seen.paste("black", mask=corners)
        seen.save(tmp_path / path.name)
    assert len(copies([fingerprint(path) for path in sorted(tmp_path.iterdir())]).members()) == len(photographs)


def test_identical_pixels_are_copies_even_without_any_detail(tmp_path: Path) -> None:
    for name in ("a.png", "b.bmp"):
        Image.new("RGB", (20, 30), "black").save(tmp_path / name)
    Image.new("RGB", (20, 30), "white").save(tmp_path / "c.png")
    found = copies([fingerprint(tmp_path / name) for name in ("a.png", "b.bmp", "c.png")])
    assert found.members() == [[0, 1], [2]]


def test_no_photographs_have_no_copies() -> None:
    assert copies([]).members() == []


def test_unreadable_files_keep_their_place(photographs: list[Path], tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    found = fingerprints([photographs[0], tmp_path / "empty.jpg", tmp_path / "missing.jpg"])
    assert [str(each) for each in found[1:]] == ["the file is empty", "there is no such file"]


hashes = st.integers(0, 2**64 - 1)


@settings(max_examples=30)
@given(st.lists(hashes, min_size=8, max_size=8), st.sets(st.integers(0, 63), max_size=10), st.integers(0, 7))
def test_candidates_are_all_within_the_distance(others: list[int], flipped: set[int], orientation: int) -> None:
    known = np.array(others, dtype=np.uint64)
    near = int(known[orientation]) ^ sum(1 << bit for bit in flipped)
    pairs = [pair for block in candidates(np.stack([np.full(8, near, np.uint64), known])) for pair in zip(*block)]  # noqa: B905
    close = [k for k in range(8) if (near ^ int(known[k])).bit_count() <= MAX_DISTANCE]
    assert sorted(map(tuple, np.array(pairs, dtype=int).reshape(-1, 3).tolist())) == [(0, 1, k) for k in close]
    assert (orientation in close) == (len(flipped) <= MAX_DISTANCE)


def test_many_equal_hashes_are_all_paired() -> None:
    blank = np.zeros((40, 8), dtype=np.uint64)
    pairs = {(int(a), int(b)) for block in candidates(blank) for a, b, _ in zip(*block, strict=True)}
    assert len(pairs) == 40 * 39 // 2


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19))))
def test_groups_are_the_connected_components(joined: list[tuple[int, int]]) -> None:
    groups = Groups(20)
    for a, b in joined:
        groups.join(a, b)
    reach = np.eye(20, dtype=bool)
    for a, b in joined:
        reach[a, b] = reach[b, a] = True
    for _ in range(5):
        reach = reach @ reach
    assert groups.members() == [list(np.flatnonzero(row)) for i, row in enumerate(reach) if row.argmax() == i]
    assert all(groups.root(thing) == root for thing, root in enumerate(groups.roots()))
