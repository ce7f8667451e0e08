"""Whether a map of the evidence shows what decides: pixels are taken away, or brought, in the map's order.

Petsiuk, Das and Saenko, “RISE: Randomized Input Sampling for Explanation of Black-box Models”, BMVC 2018: deletion
puts the photograph's mean colour in place of the most active pixels, insertion puts them into a blurred copy. A map of
random evidence, as coarse as the map under test, is what both are compared with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from melanoscope.evaluation.intervals import ROUNDS, Groups, Weights, bootstrap_all
from melanoscope.evaluation.results import Curve
from melanoscope.evaluation.study import Explanation

Pixels = NDArray[np.uint8]
Heat = NDArray[np.float32]
Ask = Callable[[Pixels], Curve]
"""From photographs (m, size, size, 3) to a score of each, (m,)."""

SHARES: Curve = np.linspace(0, 1, 11)
_BLUR = 0.1  # of the side, so that nothing of the size of a lesion's structures is left


@dataclass(frozen=True)
class Trial:
    """One photograph: its score over `SHARES` of its pixels, each (11,), and where its map's mass lies.

    `on_lesion` and `lesion_area` are in [0, 1], `nan` where no mask is known.
    """

    deletion: Curve
    deletion_random: Curve
    insertion: Curve
    insertion_random: Curve
    on_lesion: float
    lesion_area: float


def trial(pixels: Pixels, heat: Heat, mask: NDArray[np.bool_] | None, ask: Ask, rng: np.random.Generator) -> Trial:
    """What the map `heat` (h, w) says of `pixels` (size, size, 3); `mask` (size, size) is its lesion, None if unknown.

    `heat` is nowhere negative and not 0 everywhere; where it is 0, the random map's order decides.
    """
    size = len(pixels)
    mean = np.broadcast_to(pixels.mean(axis=(0, 1)).astype(np.uint8), pixels.shape)
    blurred = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(_BLUR * size)))
    large, chance = enlarged(heat, size), enlarged(rng.random(heat.shape, np.float32), size)
    by_map, by_chance = _order(large, chance), _order(chance, chance)
    return Trial(
        deletion=ask(_steps(pixels, mean, by_map)),
        deletion_random=ask(_steps(pixels, mean, by_chance)),
        insertion=ask(_steps(blurred, pixels, by_map)),
        insertion_random=ask(_steps(blurred, pixels, by_chance)),
        on_lesion=float("nan") if mask is None else float(large[mask].sum() / large.sum()),
        lesion_area=float("nan") if mask is None else float(mask.mean()),
    )


def enlarged(heat: Heat, size: int) -> Heat:
    """`heat` (h, w) as it is laid over a photograph: bilinear, (size, size)."""
    return np.asarray(Image.fromarray(heat).resize((size, size), Image.Resampling.BILINEAR), np.float32)


def summarise(trials: list[Trial], groups: Groups, masks: str, rounds: int = ROUNDS, seed: int = 0) -> Explanation:
    """The mean curves of the photographs, and the areas under them, with intervals over `groups`.

    All figures come from the same draws. `masks` says whose masks they are.
    """
    measured = _measured(trials)

    def figures(weights: Weights) -> dict[str, float]:
        return {name: _mean(values, weights) for name, values in measured.items()}

    drawn = bootstrap_all(figures, groups, rounds, seed)
    failures = int(np.isnan(measured["on_lesion"]).sum())
    return Explanation(
        n=len(trials),
        **{name: replace(figure, n=int((~np.isnan(measured[name])).sum())) for name, figure in drawn.items()},
        masks=masks,
        failures=failures,
        shares=SHARES,
        deletion_curve=np.mean([t.deletion for t in trials], axis=0),
        deletion_random_curve=np.mean([t.deletion_random for t in trials], axis=0),
        insertion_curve=np.mean([t.insertion for t in trials], axis=0),
        insertion_random_curve=np.mean([t.insertion_random for t in trials], axis=0),
    )


_CURVES = ("deletion", "deletion_random", "insertion", "insertion_random")
_PLACES = ("on_lesion", "lesion_area")


def _measured(trials: list[Trial]) -> dict[str, Curve]:
    """Of each photograph, (n,), by the names of an Explanation's figures."""
    found = {name: np.trapezoid([getattr(t, name) for t in trials], SHARES, axis=1) for name in _CURVES}
    found |= {name: np.array([getattr(t, name) for t in trials]) for name in _PLACES}
    return found | {
        "deletion_gain": found["deletion_random"] - found["deletion"],
        "insertion_gain": found["insertion"] - found["insertion_random"],
        "on_lesion_gain": found["on_lesion"] - found["lesion_area"],
    }


def _mean(values: Curve, weights: Weights) -> float:
    """Over those that are defined."""
    drawn = np.where(np.isnan(values), 0, weights)
    return float(drawn @ np.nan_to_num(values) / drawn.sum()) if drawn.any() else float("nan")


def _order(first: Heat, then: Heat) -> NDArray[np.intp]:
    """(size, size): each pixel's place, 0 for the highest of `first`, and of `then` where those are equal."""
    ranked = np.lexsort((-then.ravel(), -first.ravel()))
    places = np.empty(first.size, np.intp)
    places[ranked] = np.arange(first.size)
    return places.reshape(first.shape)


def _steps(start: Pixels, end: Pixels, order: NDArray[np.intp]) -> Pixels:
    """(11, size, size, 3): from `start` to `end`, whose pixels come in `order`."""
    there = order < np.round(SHARES * order.size)[:, None, None]
    return np.where(there[..., None], end, start)
