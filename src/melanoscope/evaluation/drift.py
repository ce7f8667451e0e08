"""Drift: whether what comes now is still like what a system was judged on.

Each test is made for a chance of `ALPHA` to warn where nothing has changed; whoever makes several divides it among them
(Bonferroni), so that a look at all of them together warns for nothing no more often.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.01
"""The share of looks that warn although nothing has changed, at most."""

ENOUGH = 50
"""Fewer photographs tell too little."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Drift:
    """`statistic` against the `limit` above which it warns, of `n` photographs. What `statistic` is says its maker."""

    name: str
    n: int
    statistic: float
    limit: float

    @property
    def warns(self) -> bool:
        return self.n >= ENOUGH and self.statistic > self.limit


def distribution(name: str, reference: Values, recent: Values, alpha: float = ALPHA) -> Drift:
    """Whether two samples, (m,) and (n,), come from one distribution: Kolmogorov and Smirnov's test.

    The statistic is the largest distance of their cumulative shares, in [0, 1]; the limit is Smirnov's for large
    samples, √(−ln(α/2)/2 · (m + n)/(m·n)) (Smirnov, Ann. Math. Stat. 19:279, 1948). Ties make it warn less.
    """
    m, n = len(reference), len(recent)
    if not m or not n:
        return Drift(name, n, 0.0, 1.0)
    places = np.concatenate((reference, recent))
    shares = [np.searchsorted(np.sort(each), places, side="right") / len(each) for each in (reference, recent)]
    limit = math.sqrt(-math.log(alpha / 2) / 2 * (m + n) / (m * n))
    return Drift(name, n, float(np.abs(shares[0] - shares[1]).max()), limit)


def rate(name: str, expected: float, count: int, n: int, alpha: float = ALPHA) -> Drift:
    """Whether `count` of `n` is more than a share of `expected`, in (0, 1), gives by chance: the binomial test.

    The statistic is the share; the limit the largest share that is no surprise.
    """
    most = 0
    while n and upper_tail(most + 1, n, expected) >= alpha:
        most += 1
    return Drift(name, n, count / n if n else 0.0, most / n if n else 1.0)


def upper_tail(count: int, n: int, share: float) -> float:
    """The chance of `count` or more of `n`, each with the chance `share` in (0, 1)."""
    below = range(min(count, n + 1))
    return max(0.0, 1.0 - math.fsum(math.exp(_log_choices(n, k) + _log_chance(n, k, share)) for k in below))


def _log_choices(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_chance(n: int, k: int, share: float) -> float:
    return k * math.log(share) + (n - k) * math.log1p(-share)


def centre(name: str, mean: float, spread: float, recent: Values, alpha: float = ALPHA) -> Drift:
    """Whether the mean of `recent` (n,) is that of a reference with `mean` and standard deviation `spread`: a z test.

    The statistic is the distance of the means in units of `spread`, and the limit what chance gives.
    """
    n = len(recent)
    if not n:
        return Drift(name, 0, 0.0, 1.0)
    limit = NormalDist().inv_cdf(1 - alpha / 2) / math.sqrt(n)
    return Drift(name, n, abs(float(recent.mean()) - mean) / spread, limit)
