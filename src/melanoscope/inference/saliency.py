"""Where in a photograph the evidence lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def activation_map(features: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The class activation map, shape (h, w), in [0, 1], of a network that pools globally, then a linear head.

    `features` is the last feature map, shape (c, h, w); `weights` the head's row of one diagnosis, shape (c,).
    Evidence against the diagnosis counts as 0, and the map is divided by its own maximum: it says where, not how
    much. Where nothing speaks for the diagnosis it is 0 everywhere. Zhou et al., Learning Deep Features for
    Discriminative Localization, CVPR 2016.
    """
    evidence = np.maximum(np.einsum("chw,c->hw", features, weights), 0)
    strongest = evidence.max()
    return np.asarray(evidence / strongest if strongest > 0 else evidence, np.float32)
