from __future__ import annotations

import numpy as np

from melanoscope.report.overlay import overlay


def test_it_is_transparent_without_evidence_and_yellow_where_there_is_most() -> None:
    assert not overlay(np.zeros((6, 6), np.float32))[..., 3].any()

    red, green, blue, alpha = overlay(np.ones((6, 6), np.float32))[16, 16]

    assert (red, green, blue) == (253, 231, 37)
    assert 128 < alpha < 255


def test_more_evidence_is_lighter_and_no_more_transparent() -> None:
    ramp = overlay(np.linspace(0, 1, 32, dtype=np.float32)[None].repeat(32, 0))[16]
    lightness = ramp[:, :3] @ np.array([0.2126, 0.7152, 0.0722])

    assert (np.diff(lightness) > -1).all()
    assert (np.diff(ramp[:, 3].astype(int)) >= 0).all()


def test_the_strongest_place_keeps_its_place() -> None:
    heat = np.zeros((4, 8), np.float32)
    heat[3, 0] = 1

    alpha = overlay(heat)[..., 3]
    y, x = np.unravel_index(alpha.argmax(), alpha.shape)

    assert y > 20 and x < 4
