"""95 % intervals by bootstrap over groups: all photographs of one lesion, or patient, are drawn together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Metric = Callable[..., float]
Weights = NDArray[np.float64]

ROUNDS = 2000


@dataclass(frozen=True)
class Figure:
    """A measured value with its 95 % interval and its n. `nan` where it is undefined, and then `why` says so."""

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
    figures: Callable[[Weights], Mapping[str, float]], groups: Sequence[str], rounds: int = ROUNDS, seed: int = 0
) -> dict[str, Figure]:
    """Many figures of the same n rows, with their percentile intervals over the same `rounds` draws of whole groups.

    `figures` gets weights, float64 (n,): how many times each row was drawn; ones for the value itself. What can
    be sorted once is sorted before, which is why it is many times faster than drawing rows.
    Draws in which a figure is undefined are left out of its interval; where more than half are, or there are fewer
    than two groups, the interval is `nan`.
    Efron and Tibshirani (1993), ch. 13, with clusters as in Field and Welsh, J. R. Stat. Soc. B 69:369 (2007).
    """
    values = figures(np.ones(len(groups)))
    _, member = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    count = int(member.max()) + 1 if len(groups) else 0
    rng = np.random.default_rng(seed)
    draws = [figures(_drawn(count, rng)[member]) for _ in range(rounds)] if count > 1 else []
    return {name: _figure(value, [draw[name] for draw in draws], rounds, len(groups)) for name, value in values.items()}


def _drawn(count: int, rng: np.random.Generator) -> Weights:
    """How many times each of `count` groups is drawn in `count` draws."""
    return np.bincount(rng.integers(count, size=count), minlength=count).astype(np.float64)


def _figure(value: float, draws: Sequence[float], rounds: int, n: int) -> Figure:
    drawn = np.asarray(draws, dtype=np.float64)
    defined = drawn[~np.isnan(drawn)]
    if len(defined) * 2 <= rounds:
        return Figure(value, float("nan"), float("nan"), n)
    low, high = np.quantile(defined, [0.025, 0.975])
    return Figure(value, float(low), float(high), n)


def bootstrap(
    metric: Metric, groups: Sequence[str], *arrays: NDArray[np.generic], rounds: int = ROUNDS, seed: int = 0
) -> Figure:
    """`metric(*arrays)` with its interval over the draws of `bootstrap_all`, for a metric that knows no weights.

    `groups` has one name for each of the n rows of every array.
    """

    def value(weights: Weights) -> dict[str, float]:
        rows = np.repeat(np.arange(len(weights)), weights.astype(np.int64))
        return {"": metric(*(array[rows] for array in arrays))}

    return bootstrap_all(value, groups, rounds, seed)[""]


def proportion(groups: Sequence[str], flags: NDArray[np.bool_]) -> Figure:
    """The share of `flags` (n,) that are true, with its interval; `nan` where there are none.

    By bootstrap over groups, save where all flags are alike: no draw can differ there, and the interval is Wilson's
    with as many trials as there are groups (J. Am. Stat. Assoc. 22:209, 1927).
    """
    share = float(np.mean(flags)) if len(flags) else float("nan")
    if 0 < share < 1:
        return bootstrap(lambda drawn: float(np.mean(drawn)), groups, flags)
    low, high = _wilson(share, len(set(groups)))
    return Figure(share, low, high, len(flags))


def _wilson(share: float, trials: int) -> tuple[float, float]:
    if not trials:
        return float("nan"), float("nan")
    z = 1.959964
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    return float(max(0.0, centre - half)), float(min(1.0, centre + half))
