"""Stress tests: the same photographs through the same bundle, after one image operation each."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zlib import crc32

import numpy as np
from PIL import Image

from melanoscope.console import track
from melanoscope.data.decode import decode_within
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS
from melanoscope.evaluation.stress import compare
from melanoscope.evaluation.study import Stress
from melanoscope.imaging.operations import OPERATIONS, Operation, Pixels
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Outcome, Prediction, Unreadable
from melanoscope.study.vanished import vanished

LONGEST = 1024
"""Larger photographs are first scaled down to this many pixels, the unchanged ones too: a blur of two pixels then
means about the same in each, and a test of large photographs ends."""

Decide = Callable[[Prediction | Unreadable], Outcome]
UNCHANGED = Operation("none", "unchanged", lambda pixels, _: pixels)


def stress(
    predictor: Predictor,
    cases: Cases,
    decide: Decide,
    operations: Sequence[Operation] = OPERATIONS,
    rounds: int = ROUNDS,
) -> tuple[Stress, ...]:
    """What each of `operations` does to the photographs of `cases`, which are asked again, in constant memory.

    The unchanged photographs take the same way as the changed ones (decoded, and handed on without loss), so that they
    differ by the operation alone. Its random numbers depend on the names of the operation and of the photograph.
    InputError where a photograph cannot be read any more.
    """
    before = _asked(predictor, cases, decide, UNCHANGED)
    return tuple(
        compare(each.name, each.strength, before, _asked(predictor, cases, decide, each), rounds) for each in operations
    )


def encoded(pixels: Pixels) -> bytes:
    """Pixels (h, w, 3) as a file, without loss: a bitmap, for it costs no compression."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "BMP")
    return file.getvalue()


def _asked(predictor: Predictor, cases: Cases, decide: Decide, operation: Operation) -> Cases:
    """What the bundle says of the photographs of `cases` after `operation`."""

    def changed(path: Path) -> bytes:
        seed = [crc32(operation.name.encode()), crc32(os.fsencode(path.name))]
        return encoded(operation.apply(decode_within(path, LONGEST), np.random.default_rng(seed)))

    paths = [record.path for record in cases.records]
    answers = track(predictor.predict(paths, changed), f"Stress: {operation.name}, {operation.strength}", len(paths))
    said = [(_melanoma(answer), decide(answer)) for answer in answers]
    return replace(
        cases,
        melanoma=np.array([melanoma for melanoma, _ in said]),
        outcomes=tuple(outcome for _, outcome in said),
        malignant=None,
        probabilities=None,
        called=None,
    )


def _melanoma(answer: Prediction | Unreadable) -> float:
    if isinstance(answer, Unreadable):
        raise vanished(answer.path, answer.reason)
    return answer.melanoma
