"""Predictor: a bundle, or several, at work on a stream of photographs."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import Bundle
from melanoscope.data.decode import decode_sized
from melanoscope.errors import UnreadableImage
from melanoscope.evaluation.calibration import probabilities
from melanoscope.imaging.quality import SIDE, issues, measure
from melanoscope.inference.ensemble import Ensemble
from melanoscope.inference.judgement import judge
from melanoscope.inference.network import Look, Network, unit
from melanoscope.inference.saliency import mean_map
from melanoscope.prediction import Prediction, QualityIssue, Unreadable

AHEAD = 4
"""Photographs that may be finished or under way for each core before the first of them is taken."""


def _itself(path: Path) -> Path | bytes:
    return path


class Predictor:
    """Says of photographs what the bundle thinks.

    Each core takes a photograph from the file to its prediction, one at a time: decoding overlaps the network's
    work without a queue between them, and what stands beside a photograph cannot change what is said of it.
    Raises InputError where a bundle does not verify.
    """

    def __init__(self, bundle: Bundle | Ensemble) -> None:
        self.ensemble = Ensemble.of([bundle]) if isinstance(bundle, Bundle) else bundle
        self._networks = [Network(each) for each in self.ensemble.bundles]

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
        try:
            sights = _Sights(read(path))
            looks = [each.look(sights.at(each.preprocessing.size), self.ensemble.views) for each in self._networks]
            return self._said(path, looks, sights.quality())
        except UnreadableImage as error:
            return Unreadable(path, str(error))

    def _said(self, path: Path, looks: Sequence[Look], quality: tuple[QualityIssue, ...]) -> Prediction:
        description = self.ensemble.description
        logits = self.ensemble.logits([look.logits for look in looks])
        known = [look.outlyingness for look in looks if look.outlyingness is not None]
        return replace(
            judge(path, probabilities(logits, description.temperature), description),
            outlyingness=fmean(known) if known else 0.0,
            quality=quality,
            saliency=mean_map([look.saliency for look in looks if look.saliency is not None]),
            features=unit(np.concatenate([look.features for look in looks])),
        )


class _Sights:
    """One photograph, squashed to each size once: the networks' own, and the one that its quality is measured at."""

    def __init__(self, source: Path | bytes) -> None:
        self._source = source
        self._squashed: dict[int, tuple[NDArray[np.uint8], tuple[int, int]]] = {}

    def at(self, size: int) -> NDArray[np.uint8]:
        return self._at(size)[0]

    def quality(self) -> tuple[QualityIssue, ...]:
        """Measured on what is decoded already where that is large enough."""
        return issues(measure(*self._at(next((size for size in self._squashed if size >= SIDE), SIDE))))

    def _at(self, size: int) -> tuple[NDArray[np.uint8], tuple[int, int]]:
        if size not in self._squashed:
            self._squashed[size] = decode_sized(self._source, size)
        return self._squashed[size]


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
