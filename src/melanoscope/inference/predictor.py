"""Predictor: a bundle at work on a stream of photographs."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime

from melanoscope.bundle import Bundle
from melanoscope.data.decode import decode_squashed
from melanoscope.errors import UnreadableImage
from melanoscope.evaluation.calibration import probabilities
from melanoscope.inference.judgement import judge
from melanoscope.inference.preprocessing import network_input
from melanoscope.inference.saliency import activation_map
from melanoscope.prediction import MELANOMA, Prediction, Unreadable

AHEAD = 4
"""Photographs that may be finished or under way for each core before the first of them is taken."""


def _itself(path: Path) -> Path | bytes:
    return path


class Predictor:
    """Says of photographs what the bundle thinks.

    Each core takes a photograph from the file to its prediction, one at a time: decoding overlaps the network's
    work without a queue between them, and what stands beside a photograph cannot change what is said of it.
    Raises InputError where the bundle does not verify.
    """

    def __init__(self, bundle: Bundle) -> None:
        bundle.verify()
        self.bundle = bundle
        head = np.array(bundle.description.head_weights, np.float32)
        self._melanoma_weights = head[MELANOMA] if len(head) else None  # a dense head has no activation map
        self._session = _session(bundle.model)

    def predict(
        self, paths: Iterable[Path], read: Callable[[Path], Path | bytes] = _itself
    ) -> Iterator[Prediction | Unreadable]:
        """One answer for each path, in order, in constant memory however many there are.

        `read` turns a path into what is decoded, for photographs that are no files of their own; it may raise
        UnreadableImage, and runs in several threads.
        """
        workers = cores()
        pool = ThreadPoolExecutor(workers)
        pending: deque[Future[Prediction | Unreadable]] = deque()
        try:
            for path in paths:
                pending.append(pool.submit(self._answer, path, read))
                if len(pending) > AHEAD * workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _answer(self, path: Path, read: Callable[[Path], Path | bytes]) -> Prediction | Unreadable:
        description = self.bundle.description
        try:
            pixels = decode_squashed(read(path), description.preprocessing.size)
        except UnreadableImage as error:
            return Unreadable(path, str(error))
        image = network_input(pixels[None], description.preprocessing)
        logits, features = self._session.run(["logits", "features"], {"image": image})
        saliency = None if self._melanoma_weights is None else activation_map(features[0], self._melanoma_weights)
        said = judge(path, probabilities(logits[0], description.temperature), description)
        return replace(said, saliency=saliency)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _session(model: Path) -> onnxruntime.InferenceSession:
    """One thread to a photograph, for there is a photograph to each core; a thread that waits gives its core away."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
