from __future__ import annotations

import numpy as np

from melanoscope.bundle import Preprocessing
from melanoscope.inference.preprocessing import network_input

PREPROCESSING = Preprocessing(4, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def test_each_channel_is_normalised_by_its_own_mean_and_std() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 4, 4, 3), np.uint8)
    expected = (pixels / 255 - np.array(PREPROCESSING.mean)) / np.array(PREPROCESSING.std)

    planes = network_input(pixels, PREPROCESSING)

    assert planes.dtype == np.float32
    assert planes.flags.c_contiguous
    np.testing.assert_allclose(planes, expected.transpose(0, 3, 1, 2), atol=1e-5)
