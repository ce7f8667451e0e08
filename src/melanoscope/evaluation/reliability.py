"""Whether probabilities mean what they say: expected calibration error, Brier score, reliability diagram."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Groups, Weights, bootstrap_all, draws, percentiles, wilson
from melanoscope.evaluation.results import Calibration
from melanoscope.evaluation.taxonomies import NINE
from melanoscope.prediction import MELANOMA

BINS, IN_A_BIN = 15, 8
"""So many bins, or as many as hold 8 each: of fewer, a bin's share says nothing, and the error is mostly noise."""

CALLED = "the called class"
MELANOMA_ALONE = "melanoma"
BEFORE = ", before temperature scaling"
WIDTHS = np.linspace(0, 1, 21)
"""The edges of a histogram's bins."""


def uncalibrated(cases: Cases, temperature: float) -> Cases:
    """The same before temperature scaling: p**temperature, normalised, gives back softmax(logits).

    For p = softmax(logits / temperature), as in Guo et al., ICML 2017. ValueError where there are no probabilities.
    """
    if cases.probabilities is None:
        raise ValueError("temperature scaling is undone on probabilities, and there are none")
    powers = cases.probabilities**temperature
    before = powers / powers.sum(axis=1, keepdims=True)
    return replace(cases, probabilities=before, melanoma=before[:, MELANOMA])


def of_called(
    cases: Cases, when: str = "", rounds: int = ROUNDS, seed: int = 0, before: Cases | None = None
) -> Calibration | None:
    """Of the probability of the diagnosis that is called, or of the most probable one where none is.

    `when` is added to what is named; `before` are the same photographs before temperature scaling. None where there
    are no probabilities, or no label decides between the nine.
    """
    return _calibration(CALLED + when, _called, cases, before, rounds, seed)


def of_melanoma(
    cases: Cases, when: str = "", rounds: int = ROUNDS, seed: int = 0, before: Cases | None = None
) -> Calibration | None:
    """Of the probability of melanoma; `when` and `before` as above. None without photographs or with nan."""
    return _calibration(MELANOMA_ALONE + when, _melanoma, cases, before, rounds, seed)


def _called(cases: Cases) -> tuple[Forecasts, NDArray[np.str_]] | None:
    called, kept = NINE.called(cases), np.flatnonzero(cases.truth >= 0)
    if cases.probabilities is None or called is None or not len(kept):
        return None
    return Forecasts(cases.probabilities[kept, called[kept]], called[kept] == cases.truth[kept]), cases.groups[kept]


def _melanoma(cases: Cases) -> tuple[Forecasts, NDArray[np.str_]] | None:
    if not len(cases) or np.isnan(cases.melanoma).any():
        return None
    return Forecasts(cases.melanoma, cases.is_melanoma), cases.groups


def _calibration(
    what: str,
    judge: Callable[[Cases], tuple[Forecasts, NDArray[np.str_]] | None],
    cases: Cases,
    before: Cases | None,
    rounds: int,
    seed: int,
) -> Calibration | None:
    found, earlier = judge(cases), judge(before) if before is not None else None
    if found is None:
        return None
    forecasts, groups = found
    bins = forecasts.bins(np.ones(len(groups)))
    low, high = np.array([wilson(*of) for of in zip(bins.observed, forecasts.trials(groups), strict=True)]).T
    return Calibration(
        what=what,
        n=len(groups),
        brier=bootstrap_all(lambda weights: {"": forecasts.brier(weights)}, groups, rounds, seed)[""],
        forecast=bins.forecast,
        observed=bins.observed,
        low=low,
        high=high,
        count=bins.count.astype(np.int64),
        histogram=forecasts.histogram(),
        **calibration_errors(forecasts, earlier and earlier[0], groups, rounds, seed),
    )


def calibration_errors(
    after: Forecasts, before: Forecasts | None, groups: Groups, rounds: int = ROUNDS, seed: int = 0
) -> dict[str, Figure]:
    """By the fields of a Calibration its error, Murphy's terms and the change, with percentiles about the value itself.

    Chance alone opens gaps in every bin, and drawing adds as much again: draws have a larger error than the set that
    they are drawn from, in the mean by the same amount, which is taken off. So it is with reliability and resolution
    (Ferro and Fricker, Q. J. R. Meteorol. Soc. 138:1954, 2012). The value itself keeps the share that chance has in it,
    the larger the fewer photographs and the better calibrated they are: a change is rather understated.
    """

    def values(weights: Weights) -> dict[str, float]:
        bins = after.bins(weights)
        found = {
            "expected_calibration_error": bins.error,
            "reliability": bins.reliability,
            "resolution": bins.resolution,
            "uncertainty": bins.uncertainty,
        }
        return found if before is None else found | {"change": bins.error - before.bins(weights).error}

    own, drawn = values(np.ones(len(groups))), [values(weights) for weights in draws(groups, rounds, seed)]
    found = {name: _about(value, [draw[name] for draw in drawn], len(groups)) for name, value in own.items()}
    return {name: f if name == "change" else replace(f, low=float(np.maximum(0, f.low))) for name, f in found.items()}


def _about(value: float, drawn: Sequence[float], n: int) -> Figure:
    """`value` with the percentiles of `drawn` about itself instead of about their mean."""
    away = np.array(drawn, dtype=np.float64) - (np.mean(drawn) if drawn else 0)
    return percentiles(value, value + away, n)


@dataclass(frozen=True)
class Bins:
    """Of each of m bins with anything in it, float64 (m,): how many, their mean forecast, the share that happened."""

    count: NDArray[np.float64]
    forecast: NDArray[np.float64]
    observed: NDArray[np.float64]

    @property
    def share(self) -> NDArray[np.float64]:
        """(m,): of all."""
        return np.asarray(self.count / self.count.sum())

    @property
    def error(self) -> float:
        """Expected calibration error: the mean gap between forecast and observed (Guo et al., ICML 2017)."""
        return float(self.share @ np.abs(self.forecast - self.observed))

    @property
    def reliability(self) -> float:
        """The first of Murphy's three terms (J. Appl. Meteorol. 12:595, 1973): the mean squared gap; 0 is best."""
        return float(self.share @ (self.forecast - self.observed) ** 2)

    @property
    def resolution(self) -> float:
        """The second: how far the bins' observed shares are from the share of all; more is better."""
        return float(self.share @ (self.observed - self.share @ self.observed) ** 2)

    @property
    def uncertainty(self) -> float:
        """The third: what the Brier score would be if everybody were forecast the share of all."""
        overall = float(self.share @ self.observed)
        return overall * (1 - overall)


class Forecasts:
    """Probabilities `forecast` float64 (n,) in [0, 1] of what `happened`, boolean (n,), or did not; n > 0.

    They are judged in 15 bins of equal mass, in fewer where there are fewer than 120, that never divide equal
    forecasts: no figure depends on the order of the rows (Nixon et al., CVPR workshops 2019, have equal mass alone).
    """

    def __init__(self, forecast: NDArray[np.float64], happened: NDArray[np.bool_]) -> None:
        self._order = np.argsort(forecast, kind="stable")
        self._forecast, self._happened = forecast[self._order], happened[self._order].astype(np.float64)
        self._squared = (self._forecast - self._happened) ** 2
        self._ends = np.flatnonzero(np.append(np.diff(self._forecast) > 0, True)) + 1

    def bins(self, weights: Weights) -> Bins:
        """Row i drawn `weights[i]` times."""
        drawn = weights[self._order]
        cuts = self._cuts(drawn)
        count, forecast, happened = (
            np.diff(_cumulative(drawn * values)[cuts]) for values in (1.0, self._forecast, self._happened)
        )
        filled = count > 0
        count = count[filled]
        return Bins(count, forecast[filled] / count, happened[filled] / count)

    def brier(self, weights: Weights) -> float:
        """The mean squared gap between the forecast and 1 or 0 (Brier, Monthly Weather Review 78:1, 1950)."""
        return float(weights[self._order] @ self._squared / weights.sum())

    def histogram(self) -> NDArray[np.int64]:
        """(20,): how many forecasts lie in each of the bins of equal width, `WIDTHS`."""
        return np.asarray(np.histogram(self._forecast, WIDTHS)[0], np.int64)

    def trials(self, groups: NDArray[np.str_]) -> list[int]:
        """How many of the `groups` (n,) each bin holds."""
        cuts = np.unique(self._cuts(np.ones(len(groups))))
        return [len(set(part)) for part in np.split(groups[self._order], cuts[1:-1])]

    def _cuts(self, drawn: Weights) -> NDArray[np.int64]:
        """(bins + 1,): the places, among the sorted rows, between which the bins lie.

        Equal forecasts go together to where the middle one of them belongs.
        """
        until = _cumulative(drawn)[self._ends]
        middle = until - np.diff(until, prepend=0.0) / 2
        bins = min(BINS, max(1, int(until[-1]) // IN_A_BIN))
        size, larger = divmod(until[-1], bins)
        edges = np.cumsum(np.where(np.arange(bins) < larger, size + 1, size))
        return np.concatenate(([0], self._ends))[np.concatenate(([0], np.searchsorted(middle, edges)))]


def _cumulative(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n + 1,): the sums of the first 0 to n."""
    return np.concatenate(([0.0], np.cumsum(values)))
