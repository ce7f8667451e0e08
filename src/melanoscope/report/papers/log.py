"""Log: what evaluations wrote down of themselves, and nothing else, for papers to be filled from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from melanoscope.errors import InputError
from melanoscope.evaluation.intervals import Figure

FILE = "evaluation.json"
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Log:
    """The evaluations of one bundle, as their evaluation.json files hold them; the first is the main one."""

    studies: tuple[Values, ...]

    @classmethod
    def read(cls, folders: Sequence[Path]) -> Log:
        """From folders that `evaluate` wrote; InputError where one holds none, or they are of several bundles."""
        studies = tuple(map(_read, folders))
        spoke = {(study["bundle"] or {}).get("model_sha256") for study in studies}
        if len(spoke) != 1:
            raise InputError(
                "These evaluations are of several bundles: a paper is about one. Give those of one bundle."
            )
        return cls(studies)

    @property
    def bundle(self) -> Values | None:
        """What the bundle says of itself; None where saved predictions were judged."""
        described: Values | None = self.studies[0]["bundle"]
        return described

    def photographs(self) -> Iterator[tuple[Values, Values]]:
        """Each study with its figures by photograph."""
        for study in self.studies:
            yield study, next(each for each in study["evaluations"] if each["level"] == "photograph")

    def attribute(self, evaluation: Values, name: str) -> dict[str, int]:
        """How many photographs have each value of one attribute, such as `sex`; empty where it was not given."""
        return {group["value"]: group["n"] for group in evaluation["subgroups"] if group["attribute"] == name}


def figure(values: Values) -> Figure:
    """A figure as JSON holds it, where null is what was undefined."""
    value, low, high = (float("nan") if values[key] is None else values[key] for key in ("value", "low", "high"))
    return Figure(value, low, high, values["n"], values.get("why", ""))


def _read(folder: Path) -> Values:
    path = folder / FILE
    if not path.is_file():
        raise InputError(f"{folder} holds no {FILE}: make it with `melanoscope evaluate`.")
    try:
        values: Values = json.loads(path.read_text(encoding="utf-8"))
        if {"bundle", "evaluations", "flow", "made"} <= values.keys():
            return values
    except (ValueError, AttributeError) as error:
        raise InputError(f"{path} is damaged ({error}). Evaluate again.") from error
    raise InputError(f"{path} is no evaluation of this version of melanoscope. Evaluate again.")
