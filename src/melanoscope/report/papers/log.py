"""Log: what evaluations wrote down of themselves, and nothing else, for papers to be filled from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from melanoscope.errors import InputError
from melanoscope.evaluation.intervals import Figure

FILE = "evaluation.json"
Values = Mapping[str, Any]
LOGGED = {"flow", "leaks", "evaluations", "stress", "shortcuts", "explanation", "bundle", "made"}
"""What papers are filled from."""


@dataclass(frozen=True)
class Log:
    """The evaluations of one bundle, as their evaluation.json files hold them; the first is the main one.

    `folders` are where they stand.
    """

    studies: tuple[Values, ...]
    folders: tuple[Path, ...] = ()

    @classmethod
    def read(cls, folders: Sequence[Path]) -> Log:
        """From folders that `evaluate` wrote; InputError where one holds none, or they are of several bundles."""
        studies = tuple(map(_read, folders))
        if any(study["bundle"] != studies[0]["bundle"] for study in studies):
            raise InputError(
                "These evaluations are of several bundles: a paper is about one. Give those of one bundle."
            )
        return cls(studies, tuple(folders))

    @property
    def bundle(self) -> Values | None:
        """What the bundle says of itself; None where saved predictions were judged."""
        described: Values | None = self.studies[0]["bundle"]
        return described

    def photographs(self) -> Iterator[tuple[Values, Values]]:
        """Each study with its figures by photograph, or by what else they were asked for: then its source says so.

        The source is quoted, for it is a name and may be any word; studies of the same name also give their folder.
        """
        found = [_by_photograph(study) for study in self.studies]
        times = Counter(evaluation["source"] for evaluation in found)
        for i, (study, evaluation) in enumerate(zip(self.studies, found, strict=True)):
            source, level = evaluation["source"], evaluation["level"]
            where = f" in {self.folders[i]}" if times[source] > 1 else ""
            by = "" if level == "photograph" else f", by {level}"
            yield study, {**evaluation, "source": f"“{source}”{where}{by}"}

    def attribute(self, evaluation: Values, name: str) -> dict[str, int]:
        """How many photographs have each value of one attribute, such as `sex`; empty where it was not given."""
        return {group["value"]: group["n"] for group in evaluation["subgroups"] if group["attribute"] == name}


def of_bundle(answer: Callable[[Values], str | None]) -> Callable[[Log], str | None]:
    """Answered from the bundle; blank where saved predictions were judged."""

    @wraps(answer)
    def answered(log: Log) -> str | None:
        return answer(log.bundle) if log.bundle else None

    return answered


def figure(values: Values) -> Figure:
    """A figure as JSON holds it, where null is what was undefined."""
    value, low, high = (float("nan") if values[key] is None else values[key] for key in ("value", "low", "high"))
    return Figure(value, low, high, values["n"], values.get("why", ""))


def _by_photograph(study: Values) -> Values:
    """The figures by photograph, else the first."""
    evaluations: list[Values] = study["evaluations"]
    return next((each for each in evaluations if each["level"] == "photograph"), evaluations[0])


def _read(folder: Path) -> Values:
    path = folder / FILE
    if not path.is_file():
        raise InputError(f"{folder} holds no {FILE}: make it with `melanoscope evaluate`.")
    try:
        values: Values = json.loads(path.read_text(encoding="utf-8"))
        if LOGGED <= values.keys() and values["evaluations"]:
            return values
    except (ValueError, AttributeError) as error:
        raise InputError(f"{path} is damaged ({error}). Evaluate again.") from error
    raise InputError(f"{path} is no evaluation of this version of melanoscope. Evaluate again.")
