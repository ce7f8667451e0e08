"""Asking bundles of photographs; what they say is kept elsewhere."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from melanoscope.inference.decision import decide
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Finding, Prediction, Unreadable
from melanoscope.workstation import queue
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.queue import Lease
from melanoscope.workstation.service import bundles
from melanoscope.workstation.store.cases import Photograph
from melanoscope.workstation.store.predictions import InstalledBundle

_LOADED = 2
"""Bundles at once in memory: the one that speaks, and one that is silent."""


class Asker:
    """Loads a bundle when the first photograph needs it. Safe in several threads."""

    def __init__(self, photographs: Photographs, shelf: Path) -> None:
        """`shelf` is where bundles lie that do not come with the package."""
        self._photographs = photographs
        self._shelf = shelf
        self._loading = Lock()
        self._predictors: OrderedDict[str, Predictor] = OrderedDict()

    def ask(self, installed: InstalledBundle, photograph: Photograph, mine: Lease) -> Finding:
        """A file that could not be kept, or that kills whoever reads it, is unreadable.

        InputError where the bundle's folder has gone or is damaged.
        """
        predictor = self._predictor(installed)
        answer = self._answer(predictor, photograph, mine)
        return Finding(answer, decide(answer, predictor.ensemble.description.operating_points))

    def _predictor(self, installed: InstalledBundle) -> Predictor:
        with self._loading:
            if installed.digest not in self._predictors:
                self._predictors[installed.digest] = Predictor(bundles.load(installed, self._shelf))
            self._predictors.move_to_end(installed.digest)
            if len(self._predictors) > _LOADED:
                self._predictors.popitem(last=False)
            return self._predictors[installed.digest]

    def _answer(self, predictor: Predictor, photograph: Photograph, mine: Lease) -> Prediction | Unreadable:
        if photograph.sha256 is None:
            return Unreadable(Path(), photograph.unreadable or "its file was not kept")
        if mine.exhausted:
            return Unreadable(Path(), f"its scoring was interrupted {queue.ATTEMPTS} times")
        (answer,) = predictor.predict([Path(photograph.sha256)], lambda path: self._photographs.read(path.name))
        return answer
