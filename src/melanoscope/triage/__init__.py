"""The main job: photographs in, a ranked list with alerts out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from melanoscope.bundle import Bundle
from melanoscope.errors import InputError
from melanoscope.inference.ensemble import Ensemble
from melanoscope.report.left_alone import left_alone
from melanoscope.triage.inputs import find
from melanoscope.triage.work import Triage, TriageResult

__all__ = ["TriageResult", "run"]


def run(
    paths: Iterable[Path],
    out: Path,
    bundle: Bundle | Ensemble | None = None,
    resume: bool = False,
    prevalence: float | None = None,
) -> TriageResult:
    """Triage the photographs at `paths` (files, folders, globs, zips) with `bundle`, by default the shipped one.

    Writes `predictions.csv`, `predictions.json` and `report.html` into the folder `out`. With `resume`, what an
    interrupted run into `out` finished is taken over, and the files become the same as without the interruption.
    Probabilities are at the bundle's own priors, or at a stated `prevalence` of melanoma; outcomes never depend on it.
    Raises InputError where there is nothing to triage, or a path, the bundle or `out` cannot be used.
    """
    paths = list(paths)
    inputs = find(paths)
    if not inputs.photographs:
        names = ", ".join(map(str, paths))
        others = left_alone(inputs.others)
        there = f"no photographs there ({others})" if others else "no photographs there"
        raise InputError(f"{names}: {there}. Give a folder that holds some, or the files themselves.")
    with Triage(bundle or Bundle.shipped(), out, resume, prevalence) as triage:
        triage.examine(inputs.photographs, inputs.read)
        return triage.report(inputs)
