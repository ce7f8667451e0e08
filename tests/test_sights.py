from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from melanoscope.data.decode import decode
from melanoscope.study.masks import Masks
from melanoscope.study.sights import (
    LONGEST,
    SHOWN,
    SIGHTS,
    View,
    border,
    border_only,
    file,
    lesion_only,
    outline,
    surroundings,
    without_box,
    without_lesion,
)

SKIN, MOLE = (200, 160, 140), (60, 40, 30)


@pytest.fixture
def view(tmp_path: Path) -> View:
    """A dark mole, 40 pixels wide and 20 high, with a mask that is exact."""
    pixels = np.full((100, 200, 3), SKIN, np.uint8)
    pixels[40:60, 80:120] = MOLE
    Image.fromarray((pixels[..., 0] < 100).astype(np.uint8) * 255).save(tmp_path / "mole.png")
    (tmp_path / "photographs").mkdir()
    Image.fromarray(pixels).save(tmp_path / "photographs" / "mole.bmp")
    return View.of(tmp_path / "photographs" / "mole.bmp", Masks(tmp_path))


def dark(pixels: np.ndarray | None) -> np.ndarray:
    assert pixels is not None
    return np.asarray(pixels[..., 0] < 100)


def test_without_its_lesion_only_skin_is_left(view: View) -> None:
    for painted in (without_lesion(view), without_box(view)):
        assert painted is not None
        assert (painted == SKIN).all()


def test_the_lesion_alone_keeps_all_of_it(view: View) -> None:
    np.testing.assert_array_equal(dark(lesion_only(view)), dark(view.pixels))


def test_what_a_probe_sees_of_a_photograph_without_its_lesion_does_not_depend_on_the_lesion(view: View) -> None:
    assert view.spot is not None
    other = np.where(view.spot.mask[..., None], 255 - view.pixels, view.pixels)

    np.testing.assert_array_equal(surroundings(view), surroundings(View(view.path, other, view.spot)))


def test_the_border_is_the_outer_tenth(view: View) -> None:
    inside = view.pixels.copy()
    inside[10:-10, 20:-20] = 0

    np.testing.assert_array_equal(border(view), border(View(view.path, inside, None)))
    assert border(view).shape == (432,)
    np.testing.assert_array_equal(border_only(view), border_only(View(view.path, inside, None)))
    assert not dark(border_only(view)).any()


def test_the_files_facts(view: View) -> None:
    width, height, size, quantisation = file(view)

    assert (width, height, quantisation) == (200, 100, 0)
    assert np.exp(size) == pytest.approx(view.path.stat().st_size)


def test_a_discs_outline_is_about_as_long_as_a_disc_s_should_be(tmp_path: Path) -> None:
    y, x = np.mgrid[-50:50, -50:50]
    disc = np.hypot(x, y) < 30
    Image.fromarray(disc.astype(np.uint8) * 255).save(tmp_path / "disc.png")
    Image.new("RGB", (100, 100)).save(tmp_path / "disc.bmp")

    seen = outline(View.of(tmp_path / "disc.bmp", Masks(tmp_path)))

    assert seen is not None
    assert seen == pytest.approx([np.pi * 0.3**2, 0.6, 0.6, 1], rel=0.15)


def test_where_no_lesion_is_found_what_needs_one_is_none(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), SKIN).save(tmp_path / "skin.png")
    view = View.of(tmp_path / "skin.png", Masks())

    unseen = [name for name, sight in SIGHTS.items() if sight(view) is None]

    assert unseen == ["photograph without lesion", "outline of the lesion"]
    assert [name for name, show in SHOWN.items() if show(view) is not None] == ["the bundle: border alone"]


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (9, 1)])
def test_even_a_tiny_photograph_has_a_border(size: tuple[int, int], tmp_path: Path) -> None:
    Image.new("RGB", size, SKIN).save(tmp_path / "tiny.png")

    view = View(tmp_path / "tiny.png", decode(tmp_path / "tiny.png"), None)

    assert (border_only(view) == SKIN).all() and np.isfinite(border(view)).all()


def test_a_lesion_that_fills_the_photograph_has_nothing_beside_it(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), MOLE).save(tmp_path / "mole.jpg")
    Image.new("L", (64, 64), 255).save(tmp_path / "mole.png")

    assert View.of(tmp_path / "mole.jpg", Masks(tmp_path)).spot is None


def test_every_sight_of_a_real_photograph_is_finite(photographs: list[Path]) -> None:
    for path in photographs[:4]:
        view = View.of(path, Masks())
        assert max(view.pixels.shape) <= LONGEST
        for sight in SIGHTS.values():
            seen = sight(view)
            assert seen is not None and np.isfinite(seen).all()
