"""One bundle at work into one folder of results."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self

from melanoscope.atomic import make_folder, write_text
from melanoscope.bundle import Bundle, sha256
from melanoscope.console import say, stderr, track
from melanoscope.data.files import shown
from melanoscope.errors import UnreadableImage
from melanoscope.inference.decision import decide
from melanoscope.inference.ensemble import Ensemble
from melanoscope.inference.judgement import restated
from melanoscope.inference.predictor import Predictor
from melanoscope.inference.priors import refuse_impossible
from melanoscope.prediction import Finding, Outcome
from melanoscope.report.triage_page import triage_page
from melanoscope.triage.inputs import Inputs, Stamp
from melanoscope.triage.journal import Journal
from melanoscope.triage.results import Ranking, write_csv, write_json

CSV = "predictions.csv"
JSON = "predictions.json"
PAGE = "report.html"
MOST_URGENT = 40


@dataclass(frozen=True)
class TriageResult:
    """What a triage came to: photographs by outcome, the first `MOST_URGENT`, and other files by suffix.

    `untold` is how many notifications of alerts could not be delivered.
    """

    counts: dict[Outcome, int]
    most_urgent: list[Finding]
    others: Mapping[str, int]
    untold: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def is_complete(self) -> bool:
        """Whether every photograph could be read, and every alert told."""
        return not self.counts[Outcome.UNREADABLE] and not self.untold


class Triage:
    """Examines photographs into a journal, and writes the results from it. A context, for the journal stays open.

    The journal has what was said at the bundle's own priors, so another `prevalence` of melanoma needs no new look.
    """

    def __init__(self, bundle: Bundle | Ensemble, out: Path, resume: bool, prevalence: float | None = None) -> None:
        if prevalence is not None:
            refuse_impossible(prevalence)
        self.prevalence = prevalence
        self._predictor = Predictor(bundle)
        self.description = self._predictor.ensemble.description
        self.out = out
        make_folder(out)
        self.journal = Journal(out, self._predictor.ensemble.digest, resume)
        if not resume and (out / CSV).exists():
            say(f"Replacing the former results in {shown(out)}.", stderr, "dim")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.journal.close()

    def examine(self, photographs: Mapping[Path, Stamp], read: Callable[[Path], Path | bytes]) -> None:
        """Predict what the journal does not have yet; `read` gives what is decoded."""
        new = [path for path, stamp in photographs.items() if not self.journal.has(path, stamp)]
        contents: dict[Path, str] = {}

        def noted(path: Path) -> Path | bytes:
            source = read(path)
            contents[path] = _content(source)
            return source

        for answer in track(self._predictor.predict(new, noted), "Triage", len(new)):
            self.journal.add(answer, photographs[answer.path], contents.pop(answer.path, str(answer.path)))

    def finding(self, path: Path) -> Finding:
        """What the journal has of one photograph, and what happens next with it."""
        answer = self.journal.answer(path)
        finding = Finding(answer, decide(answer, self.description.operating_points))
        if self.prevalence is None:
            return finding
        return restated(finding, self.description.priors, self.prevalence)

    def report(self, inputs: Inputs) -> TriageResult:
        """Write the result files for all photographs of `inputs`, which the journal must have."""
        ranking = Ranking(inputs.photographs, self.finding)
        write_csv(self.out / CSV, ranking)
        write_json(self.out / JSON, ranking, self.description, self.prevalence)
        page = triage_page(
            ranking, ranking.counts, inputs.others, self.description, self.prevalence, inputs.read, shown
        )
        write_text(self.out / PAGE, page)
        return TriageResult(ranking.counts, list(islice(ranking, MOST_URGENT)), inputs.others)


def _content(source: Path | bytes) -> str:
    """What tells a photograph from others, whatever its name: its SHA-256, empty for what is no regular file."""
    try:
        if isinstance(source, bytes):
            return hashlib.sha256(source).hexdigest()
        return sha256(source) if os.path.isfile(source) else ""
    except OSError as error:
        raise UnreadableImage((error.strerror or str(error)).lower()) from error
