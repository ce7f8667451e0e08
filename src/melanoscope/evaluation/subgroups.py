"""Whether a system is worse for some than for others: by age, sex, body site, source, and what else is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Weights, bootstrap_all, proportions
from melanoscope.evaluation.operating import calls
from melanoscope.evaluation.ranking import auc_of
from melanoscope.evaluation.results import Subgroup
from melanoscope.imaging.skin_tone import CATEGORIES

NOT_STATED = "not stated"
CONFIRMED = "confirmed by"
FLAGGED = "ALERT or REVIEW"
FEWEST = 10
WIDEST = 0.2

Bands = Sequence[tuple[float, str]]
Extra = Mapping[str, Mapping[Path, str]]
"""Attributes of photographs beside those of a Record: by name, and then by the photograph's path."""

AGES: Bands = ((30, "under 30"), (50, "30–49"), (70, "50–69"), (inf, "70 and over"))
MEGAPIXELS: Bands = ((0.1, "under 0.1 MP"), (1, "0.1 to 1 MP"), (5, "1 to 5 MP"), (inf, "5 MP and over"))
"""Each band by the number that it ends before."""


def band(value: float | None, bands: Bands) -> str | None:
    """The name of the band of `bands` in which `value` falls; None where it is none or nan."""
    return None if value is None or value != value else next(name for end, name in bands if value < end)


def subgroups(cases: Cases, extra: Extra | None = None, rounds: int = ROUNDS, seed: int = 0) -> tuple[Subgroup, ...]:
    """One for each value of each attribute that is stated of any photograph; those without it are one of their own.

    `extra` are more attributes, each with a value by path; the name says it where values are estimated. A subgroup is
    too few to say anything of it where fewer than 10 lesions (patients where known) have melanoma, fewer than 10 have
    none, or the interval of its AUC is wider than 0.2: it could be excellent or useless.
    """
    found = attributes(cases, extra or {})
    stated = {name: values for name, values in found.items() if (values != NOT_STATED).any()}
    return tuple(
        subgroup for name, values in stated.items() for subgroup in _Attribute(name, values, cases).each(rounds, seed)
    )


def attributes(cases: Cases, extra: Extra) -> dict[str, NDArray[np.str_]]:
    """By name, the value (n,) for each photograph, “not stated” where it has none."""
    records = cases.records
    values: dict[str, list[str | None]] = {
        "age": [band(r.age, AGES) for r in records],
        "sex": [r.sex for r in records],
        "body site": [r.site for r in records],
        "source": [", ".join(filter(None, (r.collection, r.source))) for r in records],
        CONFIRMED: [r.confirmed_by for r in records],
    }
    values |= {name: [by_path.get(r.path) for r in records] for name, by_path in extra.items()}
    return {name: np.array([value or NOT_STATED for value in row], dtype=np.str_) for name, row in values.items()}


def by(attribute: str) -> str:
    """What its subgroups are by, as a sentence says it."""
    return "how the diagnosis was confirmed" if attribute == CONFIRMED else attribute


class _Attribute:
    """The subgroups by one attribute, `values` (n,), all in the same draws."""

    def __init__(self, name: str, values: NDArray[np.str_], cases: Cases) -> None:
        self.name, self.cases = name, cases
        self.members = {value: values == value for value in sorted(set(values.tolist()), key=_order)}

    def each(self, rounds: int, seed: int) -> list[Subgroup]:
        aucs, shares = bootstrap_all(self._aucs(), self.cases.groups, rounds, seed), self._shares(rounds, seed)
        return [
            Subgroup(
                attribute=self.name,
                value=value,
                n=int(of.sum()),
                melanomas=int((of & self.cases.is_melanoma).sum()),
                auc=replace(aucs["auc", value], n=int(of.sum())),
                auc_gap=replace(aucs["gap", value], why="there are no others") if of.all() else aucs["gap", value],
                sensitivity=shares.get(("sensitivity", value)),
                specificity=shares.get(("specificity", value)),
                too_few=self._too_few(of, aucs["auc", value]),
            )
            for value, of in self.members.items()
        ]

    def _aucs(self) -> Callable[[Weights], dict[tuple[str, str], float]]:
        """The AUC of each subgroup, and how far it is from that of all others."""
        parts = {value: (self._part(of), self._part(~of)) for value, of in self.members.items()}

        def figures(weights: Weights) -> dict[tuple[str, str], float]:
            pairs = {value: (inside(weights), others(weights)) for value, (inside, others) in parts.items()}
            aucs = {("auc", value): auc for value, (auc, _) in pairs.items()}
            return aucs | {("gap", value): auc - rest for value, (auc, rest) in pairs.items()}

        return figures

    def _part(self, of: NDArray[np.bool_]) -> Callable[[Weights], float]:
        """The AUC among some photographs, from weights (n,) of all."""
        rows = np.flatnonzero(of)
        auc = auc_of(self.cases.is_melanoma[rows], self.cases.melanoma[rows])
        return lambda weights: auc(weights[rows])

    def _shares(self, rounds: int, seed: int) -> dict[tuple[str, str], Figure]:
        """Sensitivity and specificity of ALERT or REVIEW; none without outcomes."""
        if self.cases.outcomes is None:
            return {}
        flagged = calls(self.cases, ())[FLAGGED]
        positive, members = self.cases.is_melanoma, self.members.items()
        shares = {("sensitivity", value): (of & positive, flagged) for value, of in members}
        shares |= {("specificity", value): (of & ~positive, ~flagged) for value, of in members}
        return proportions(self.cases.groups, shares, rounds, seed)

    def _too_few(self, of: NDArray[np.bool_], auc: Figure) -> str:
        positive, groups = self.cases.is_melanoma, self.cases.groups
        counts = {"with": of & positive, "without": of & ~positive}
        units = {which: len(np.unique(groups[rows])) for which, rows in counts.items()}
        reasons = [f"{units[which]} {which} melanoma" for which in units if units[which] < FEWEST]
        if auc.high - auc.low > WIDEST:
            reasons.append("wide interval")
        return ", ".join(reasons)


def _order(value: str) -> tuple[bool, float, bool, int, str]:
    """Bands and types by their number, skin tones from the lightest, then names; what is not stated comes last."""
    tone = CATEGORIES.index(value) if value in CATEGORIES else -1
    number = re.search(r"\d+(\.\d+)?", value)
    return value == NOT_STATED, float(number.group()) if number else inf, not value.startswith("under"), tone, value
