"""What a probability owes to how common a diagnosis is: class shares, their change, and a choice free of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError
from melanoscope.prediction import MELANOMA


def shares(truth: NDArray[np.int64]) -> tuple[float, ...]:
    """The class shares of `truth` (n,); 0 for a class that does not occur."""
    counts = np.bincount(truth, minlength=len(KEYS))
    return tuple(map(float, counts / counts.sum()))


def balanced_choice(probabilities: NDArray[np.float64], priors: tuple[float, ...]) -> NDArray[np.int64]:
    """The class of the highest p / prior of each row of `probabilities` (…, 9): the most probable if all were equally
    common.

    It maximises the expected balanced accuracy (Menon et al., ICLR 2021), and no change of prevalence changes it. A
    class without a share is not named: what an answer for it is worth was never seen.
    """
    shared = np.broadcast_to(np.asarray(priors), probabilities.shape)
    free = np.divide(probabilities, shared, out=np.zeros(probabilities.shape), where=shared > 0)
    return np.asarray(free.argmax(axis=-1))


def at_prevalence(probabilities: NDArray[np.float64], prior: float, prevalence: float) -> NDArray[np.float64]:
    """The probabilities (…, 9) where melanoma's share is `prevalence` instead of `prior`, both within (0, 1).

    Melanoma's odds are scaled by the ratio of the two odds; the others stay in proportion. Saerens et al., Neural
    Comput. 14:21 (2002), with the other priors in proportion too.
    """
    weights = np.full(len(KEYS), (1 - prevalence) / (1 - prior))
    weights[MELANOMA] = prevalence / prior
    scaled = probabilities * weights
    return np.asarray(scaled / scaled.sum(axis=-1, keepdims=True))


def refuse_impossible(prevalence: float) -> None:
    """InputError where `prevalence` is not between 0 and 1."""
    if not 0 < prevalence < 1:
        raise InputError(f"a prevalence of {prevalence:g} cannot be: give one between 0 and 1, such as 0.02.")
