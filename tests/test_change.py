from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from melanoscope.data.decode import decode
from melanoscope.imaging.change import change, look

SKIN, MOLE = (225, 180, 160), (120, 70, 50)


def drawn(radius: float, mole: tuple[int, int, int] = MOLE, light: float = 1.0) -> NDArray[np.uint8]:
    """A round mole on even skin, 256 pixels square."""
    y, x = np.mgrid[-1:1:256j, -1:1:256j]
    pixels = np.where((x**2 + y**2 < radius**2)[..., None], np.array(mole), np.array(SKIN))
    return np.asarray((pixels * light).round(), np.uint8)


def test_what_is_the_same_has_not_changed(photographs: list[Path]) -> None:
    for path in photographs[:6]:
        seen = look(decode(path))
        if seen:
            same = change(seen, seen)
            assert (same.area, same.colour, same.skin, same.contrast) == (1, 0, 0, 0)


def test_a_mole_that_grew_is_larger_by_its_area() -> None:
    before, after = look(drawn(0.3)), look(drawn(0.3 * np.sqrt(2)))
    assert before and after
    assert before.area == pytest.approx(np.pi * 0.3**2 / 4, rel=0.15)
    assert change(before, after).area == pytest.approx(2, rel=0.15)


def test_a_mole_that_darkened_is_told_from_a_photograph_that_did() -> None:
    before, darker, dim = look(drawn(0.4)), look(drawn(0.4, (90, 45, 30))), look(drawn(0.4, light=0.85))
    assert before and darker and dim
    mole, light = change(before, darker), change(before, dim)
    assert mole.skin == 0 and mole.colour > 8 and mole.contrast > 8
    assert light.skin > 5 and abs(light.contrast) < light.skin


def test_bare_skin_has_no_lesion_to_compare() -> None:
    assert look(drawn(0)) is None
