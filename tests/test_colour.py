from __future__ import annotations

import numpy as np
import pytest

from melanoscope.imaging.colour import lab


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
    ],
)
def test_the_primaries_have_their_published_values(
    colour: tuple[int, int, int], expected: tuple[float, float, float]
) -> None:
    np.testing.assert_allclose(lab(np.array(colour, np.uint8)), expected, atol=0.02)


def test_greys_have_no_colour() -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)

    np.testing.assert_allclose(lab(greys)[:, 1:], 0, atol=1e-9)
