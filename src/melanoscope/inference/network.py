"""One bundle's network at work on one photograph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from melanoscope.bundle import Bundle
from melanoscope.inference.outliers import Outliers, signature
from melanoscope.inference.preprocessing import network_input
from melanoscope.inference.saliency import activation_map
from melanoscope.inference.views import turned_back, views
from melanoscope.prediction import MELANOMA


@dataclass(frozen=True)
class Look:
    """What a network makes of a photograph: `logits` float64 (9,), the rest as in `Prediction`, None where unknown."""

    logits: NDArray[np.float64]
    features: NDArray[np.float32]
    outlyingness: float | None
    saliency: NDArray[np.float32] | None


class Network:
    """The network of a bundle that has been verified, and what the bundle needs beside it. Safe in several threads."""

    def __init__(self, bundle: Bundle) -> None:
        description = bundle.description
        self.preprocessing = description.preprocessing
        head = np.array(description.head_weights, np.float32)
        self._melanoma_weights = head[MELANOMA] if len(head) else None  # a dense head has no activation map
        self._limits = description.outliers
        self._outliers = Outliers.load(bundle.outliers) if description.outliers else None
        self._session = _session(bundle.model)

    def look(self, pixels: NDArray[np.uint8], n_views: int) -> Look:
        """At a photograph of shape (size, size, 3), in `n_views` of `VIEWS`.

        Outliers are told from the photograph as it is, for which their limits were chosen.
        """
        images = network_input(views(pixels, n_views), self.preprocessing)
        logits, features = self._session.run(["logits", "features"], {"image": images})
        weights = self._melanoma_weights
        return Look(
            logits.astype(np.float64).mean(axis=0),
            unit(features.mean(axis=(0, 2, 3))),
            self._outlyingness(logits[:1], features[0], pixels),
            None if weights is None else activation_map(turned_back(features), weights),
        )

    def _outlyingness(
        self, logits: NDArray[np.float32], features: NDArray[np.float32], pixels: NDArray[np.uint8]
    ) -> float | None:
        if self._outliers is None or self._limits is None:
            return None
        return float(self._outliers.outlyingness(self._limits, signature(features, pixels)[None], logits)[0])


def unit(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """`features` (c,) with length 1; as they are where all are 0."""
    length = np.linalg.norm(features)
    return np.asarray(features / length if length > 0 else features, np.float32)


def _session(model: Path) -> onnxruntime.InferenceSession:
    """One thread to a photograph, for there is a photograph to each core; a thread that waits gives its core away."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
