"""95 % intervals by bootstrap over groups: all photographs of one lesion are drawn together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Metric = Callable[..., float]


@dataclass(frozen=True)
class Figure:
    """A measured value with its 95 % interval and its n. `nan` where it is undefined."""

    value: float
    low: float
    high: float
    n: int

    def for_json(self) -> dict[str, float | None]:
        """By field; what is undefined is null in JSON, which knows no nan."""
        return {key: None if np.isnan(value) else value for key, value in asdict(self).items()}


def bootstrap(
    metric: Metric, groups: Sequence[str], *arrays: NDArray[np.generic], rounds: int = 2000, seed: int = 0
) -> Figure:
    """`metric(*arrays)` with the percentile interval over `rounds` draws of whole groups.

    `groups` has one name for each of the n rows of every array. Draws in which the metric is undefined
    are left out; where more than half are, or there are fewer than two groups, the interval is `nan`.
    Efron and Tibshirani (1993), ch. 13, with clusters as in Field and Welsh, J. R. Stat. Soc. B 69:369 (2007).
    """
    value = metric(*arrays)
    _, inverse = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    members = np.split(np.argsort(inverse, kind="stable"), np.cumsum(np.bincount(inverse))[:-1]) if len(groups) else []
    rng = np.random.default_rng(seed)
    draws = np.array([_draw(metric, members, arrays, rng) for _ in range(rounds)]) if members else np.array([])
    defined = draws[~np.isnan(draws)]
    if len(members) < 2 or len(defined) * 2 <= rounds:
        return Figure(value, float("nan"), float("nan"), len(groups))
    low, high = np.quantile(defined, [0.025, 0.975])
    return Figure(value, float(low), float(high), len(groups))


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


def _draw(
    metric: Metric,
    members: list[NDArray[np.int64]],
    arrays: tuple[NDArray[np.generic], ...],
    rng: np.random.Generator,
) -> float:
    rows = np.concatenate([members[i] for i in rng.integers(len(members), size=len(members))])
    return metric(*(array[rows] for array in arrays))
