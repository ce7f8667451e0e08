"""Are the maps to be believed? Deletion and insertion curves, and where the maps lie, on some of the melanomas."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnxruntime

from melanoscope.bundle import Bundle
from melanoscope.console import track
from melanoscope.data.decode import decode_squashed
from melanoscope.errors import UnreadableImage
from melanoscope.evaluation.calibration import probabilities
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.explanation import Heat, Pixels, Trial, summarise, trial
from melanoscope.evaluation.intervals import ROUNDS
from melanoscope.evaluation.results import Curve
from melanoscope.evaluation.study import Explanation
from melanoscope.inference.preprocessing import network_input
from melanoscope.inference.saliency import activation_map
from melanoscope.prediction import MELANOMA
from melanoscope.record import Record
from melanoscope.study.masks import Masks
from melanoscope.study.vanished import vanished

MOST = 100
"""Each photograph costs 44 passes of the network, and so many tell a map from chance."""


def explanations(
    bundle: Bundle, cases: Cases, masks: Masks, most: int = MOST, rounds: int = ROUNDS, seed: int = 0
) -> Explanation | None:
    """The activation maps of `most` melanomas, drawn by `seed`: in others there is little evidence to take away.

    None where the bundle's head has no activation map. A melanoma whose map is empty, for nothing in it speaks for
    melanoma, has nothing to explain and is passed over; None where none is left. InputError where a photograph cannot
    be read any more.
    """
    if not bundle.description.head_weights:
        return None
    total = min(most, int(cases.is_melanoma.sum()))
    tried = list(track(_tried(_Explained(bundle), cases, masks, most, seed), "Explanations", total))
    if not tried:
        return None
    rows = [row for row, _ in tried]
    return summarise([each for _, each in tried], cases.groups[rows], masks.words, rounds)


def _tried(explained: _Explained, cases: Cases, masks: Masks, most: int, seed: int) -> Iterator[tuple[int, Trial]]:
    """Up to `most` rows, and what came of each."""
    rng = np.random.default_rng(seed)
    for row in rng.permutation(np.flatnonzero(cases.is_melanoma)):
        record = cases.records[row]
        pixels = _pixels(record, explained.size)
        heat = explained.heat(pixels)
        if heat.any():
            yield int(row), trial(pixels, heat, masks.of(record.path, pixels), explained.melanoma, rng)
            most -= 1
        if not most:
            return


def _pixels(record: Record, size: int) -> Pixels:
    try:
        return decode_squashed(record.path, size)
    except UnreadableImage as error:
        raise vanished(record.path, error) from error


class _Explained:
    """A bundle's network on photographs that are squashed to its `size` already."""

    def __init__(self, bundle: Bundle) -> None:
        self._description = bundle.description
        self._weights = np.array(self._description.head_weights[MELANOMA], np.float32)
        self._session = onnxruntime.InferenceSession(bundle.model, providers=["CPUExecutionProvider"])
        self.size = self._description.preprocessing.size

    def melanoma(self, pixels: Pixels) -> Curve:
        """Calibrated probability of melanoma, (m,), of photographs (m, size, size, 3)."""
        (logits,) = self._session.run(["logits"], {"image": network_input(pixels, self._description.preprocessing)})
        return probabilities(logits, self._description.temperature)[:, MELANOMA]

    def heat(self, pixels: Pixels) -> Heat:
        """The activation map of one photograph, as `Prediction.saliency`."""
        image = network_input(pixels[None], self._description.preprocessing)
        (features,) = self._session.run(["features"], {"image": image})
        return activation_map(features[0], self._weights)
