"""95 % intervals by bootstrap over groups: all photographs of one lesion, or patient, are drawn together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Metric = Callable[..., float]
Weights = NDArray[np.float64]
Flags = NDArray[np.bool_]
Groups = Sequence[str] | NDArray[np.str_]
Name = TypeVar("Name", bound=Hashable)

ROUNDS = 2000
Z = 1.959964  # the 97.5th percentile of the standard normal distribution
_UNDEFINED = "not defined for these photographs"
SAME = 1e-12  # draws that differ by less differ by rounding only


@dataclass(frozen=True)
class Figure:
    """A measured value with its 95 % interval and its n. `nan` where one is undefined, and then `why` says so."""

    value: float
    low: float
    high: float
    n: int
    why: str = ""

    def for_json(self) -> dict[str, float | str | None]:
        """By field; what is undefined is null in JSON, which knows no nan. `why` only where there is a reason."""
        numbers = {key: None if value != value else value for key, value in asdict(self).items() if key != "why"}
        return numbers | ({"why": self.why} if self.why else {})


def bootstrap_all(
    figures: Callable[[Weights], Mapping[Name, float]], groups: Groups, rounds: int = ROUNDS, seed: int = 0
) -> dict[Name, Figure]:
    """Many figures of the same n rows, with their percentile intervals over the same `rounds` draws of whole groups.

    `figures` gets weights, float64 (n,): how many times each row was drawn; ones for the value itself. What can
    be sorted once is sorted before, which is why it is many times faster than drawing rows.
    Draws in which a figure is undefined are left out of its interval; where more than half are, where there are fewer
    than two groups, or where every draw gives the same value, the interval is `nan`: there is no spread to see.
    Efron and Tibshirani (1993), ch. 13, with clusters as in Field and Welsh, J. R. Stat. Soc. B 69:369 (2007).
    """
    values = figures(np.ones(len(groups)))
    drawn = [figures(weights) for weights in draws(groups, rounds, seed)]
    return {
        name: percentiles(value, np.array([draw[name] for draw in drawn], dtype=np.float64), len(groups))
        for name, value in values.items()
    }


def draws(groups: Groups, rounds: int = ROUNDS, seed: int = 0) -> Iterator[Weights]:
    """How many times each of the n rows is drawn, float64 (n,), in `rounds` draws of as many groups as there are.

    The same draws for the same groups and seed. None where there are fewer than two groups.
    """
    names, member = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    rng = np.random.default_rng(seed)
    for _ in range(rounds if len(names) > 1 else 0):
        times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))
        yield times.astype(np.float64)[member]


def percentiles(value: float, drawn: NDArray[np.float64], n: int) -> Figure:
    """`value`, of n photographs, between the 2.5th and 97.5th percentile of the (rounds,) `drawn`, where they tell."""
    defined = drawn[~np.isnan(drawn)]
    why = _why_not(value, drawn, defined)
    low, high = (float("nan"), float("nan")) if why else np.quantile(defined, [0.025, 0.975])
    return Figure(value, float(low), float(high), n, why)


def _why_not(value: float, drawn: NDArray[np.float64], defined: NDArray[np.float64]) -> str:
    if value != value:
        return _UNDEFINED
    if not len(drawn):
        return "no interval: fewer than two lesions or patients"
    if len(defined) * 2 <= len(drawn):
        return "no interval: not defined in most draws"
    return "no interval: every draw gives the same value" if np.ptp(defined) < SAME else ""


def bootstrap(
    metric: Metric, groups: Groups, *arrays: NDArray[np.generic], rounds: int = ROUNDS, seed: int = 0
) -> Figure:
    """`metric(*arrays)` with its interval over the draws of `bootstrap_all`, for a metric that knows no weights.

    `groups` has one name for each of the n rows of every array.
    """

    def value(weights: Weights) -> dict[str, float]:
        rows = np.repeat(np.arange(len(weights)), weights.astype(np.int64))
        return {"": metric(*(array[rows] for array in arrays))}

    return bootstrap_all(value, groups, rounds, seed)[""]


def proportion(groups: Groups, flags: Flags, rounds: int = ROUNDS, seed: int = 0) -> Figure:
    """The share of `flags` (n,) that are true, with its interval; `nan` where there are none."""
    return proportions(groups, {"": (np.full(len(flags), True), flags)}, rounds, seed)[""]


def proportions(
    groups: Groups, shares: Mapping[Name, tuple[Flags, Flags]], rounds: int = ROUNDS, seed: int = 0
) -> dict[Name, Figure]:
    """By name: of the rows that a first mask (n,) holds, the share that a second (n,) holds too; n is of the first.

    By bootstrap over groups, save where all or none of them are: see `all_or_none`. `nan` where the first is empty.
    """
    of = np.array([rows for rows, _ in shares.values()], dtype=np.float64).reshape(len(shares), len(groups))
    both = np.array([rows & true for rows, true in shares.values()], dtype=np.float64).reshape(of.shape)

    def values(weights: Weights) -> dict[Name, float]:
        asked, found = of @ weights, both @ weights
        return {name: ratio(f, a) for name, f, a in zip(shares, found.tolist(), asked.tolist(), strict=True)}

    figures, names = bootstrap_all(values, groups, rounds, seed), np.asarray(groups, dtype=str)
    return {
        name: all_or_none(replace(figures[name], n=int(rows.sum())), names[rows]) for name, (rows, _) in shares.items()
    }


def closed_proportions(groups: Groups, shares: Mapping[Name, tuple[Flags, Flags]]) -> dict[Name, Figure]:
    """As `proportions`, in one pass instead of thousands of draws, for who must answer at once.

    Wilson's interval with as many trials as the rows are worth: n over the design effect of their groups, and as many
    as there are groups where all or none are true, or there is but one group (Dean and Pagano, J. Surv. Stat. Methodol.
    3:484, 2015).
    """
    _, member = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    return {
        name: _clustered(np.bincount(member[of], of[of]), np.bincount(member[of], true[of]))
        for name, (of, true) in shares.items()
    }


def closed_proportion(groups: Groups, flags: Flags) -> Figure:
    """As `proportion`, of `closed_proportions`."""
    return closed_proportions(groups, {"": (np.full(len(flags), True), flags)})[""]


def _clustered(rows: NDArray[Any], true: NDArray[Any]) -> Figure:
    """The share of true rows, of which each group has so many, (g,)."""
    n, present = int(rows.sum()), int(np.count_nonzero(rows))
    share = ratio(float(true.sum()), n)
    if not n:
        return Figure(share, share, share, 0, _UNDEFINED)
    spread = float(np.sum((true - share * rows) ** 2))
    trials = float(present)
    if 0 < share < 1 and present > 1:
        of_one_row_each = share * (1 - share) * n * n / (n - 1)
        trials = min(n, max(1.0, n * of_one_row_each * (present - 1) / present / spread)) if spread else n
    return Figure(share, *wilson(share, trials), n)


def ratio(part: float, whole: float) -> float:
    """`part` of `whole`; `nan` of nothing."""
    return part / whole if whole else float("nan")


def because(why: str, figures: Mapping[Name, Figure]) -> dict[Name, Figure]:
    """The same `figures`, of which those that are `nan` say `why`, unless it is empty."""
    return {name: replace(f, why=why) if why and f.value != f.value else f for name, f in figures.items()}


def all_or_none(share: Figure, groups: Groups) -> Figure:
    """`share` with Wilson's interval where it is 0 or 1 in every draw, with as many trials as there are `groups`.

    A bootstrap has no spread there (Wilson, J. Am. Stat. Assoc. 22:209, 1927). Others are returned as they are.
    """
    if share.value not in {0.0, 1.0} or share.low == share.low:
        return share
    low, high = wilson(share.value, len(set(groups)))
    return replace(share, low=low, high=high, why="")


def wilson(share: float, trials: float) -> tuple[float, float]:
    """The 95 % interval of a `share` in [0, 1] of `trials` > 0 (Wilson, J. Am. Stat. Assoc. 22:209, 1927)."""
    centre = (share + Z**2 / (2 * trials)) / (1 + Z**2 / trials)
    half = Z * np.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2)) / (1 + Z**2 / trials)
    return float(max(0.0, centre - half)), float(min(1.0, centre + half))
