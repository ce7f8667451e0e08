"""Where in a photograph the evidence lies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def activation_map(features: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The class activation map, shape (h, w), in [0, 1], of a network that pools globally, then a linear head.

    `features` is the last feature map, shape (c, h, w); `weights` the head's row of one diagnosis, shape (c,).
    Evidence against the diagnosis counts as 0, and the map is divided by its own maximum: it says where, not how
    much. Where nothing speaks for the diagnosis it is 0 everywhere. Zhou et al., Learning Deep Features for
    Discriminative Localization, CVPR 2016.
    """
    return _divided(np.maximum(np.einsum("chw,c->hw", features, weights), 0))


def mean_map(maps: Sequence[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """The mean of several networks' maps, each in [0, 1], divided by its own maximum; None where there is none.

    It has the shape of the largest, (h, w); the others are enlarged.
    """
    if len(maps) < 2:
        return maps[0] if maps else None
    height, width = max((each.shape for each in maps), key=np.prod)
    enlarged = [Image.fromarray(each).resize((width, height), Image.Resampling.BILINEAR) for each in maps]
    return _divided(np.mean([np.asarray(each) for each in enlarged], axis=0))


def _divided(evidence: NDArray[np.float32]) -> NDArray[np.float32]:
    strongest = evidence.max()
    return np.asarray(evidence / strongest if strongest > 0 else evidence, np.float32)
