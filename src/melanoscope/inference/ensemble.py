"""Ensembles: one bundle or several that speak together, in one view of a photograph or several.

Several bundles' calibrated probabilities are averaged. No bundle's thresholds hold for such a mean, so its
temperature, operating points and conformal sets are chosen anew, as an export chooses them, on the photographs that
every bundle has held out. Where those are too few there is no ensemble: bundles that were trained on one split have all
of them in common.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import Bundle, Description
from melanoscope.errors import InputError
from melanoscope.evaluation.calibration import fit_temperature, probabilities
from melanoscope.inference import conformal
from melanoscope.inference.held_out import HeldOut
from melanoscope.inference.operate import usual_points
from melanoscope.inference.priors import shares
from melanoscope.inference.views import VIEWS
from melanoscope.prediction import MELANOMA

LEAST = 20
"""Melanomas, and others, that the bundles must have held out in common: 95 % sensitivity takes 19."""


@dataclass(frozen=True)
class Ensemble:
    """`description` is what the `bundles` are together, `digest` tells it from any other."""

    bundles: tuple[Bundle, ...]
    views: int
    description: Description
    digest: str

    @classmethod
    def of(cls, bundles: Sequence[Bundle], views: int = 1) -> Ensemble:
        """InputError where a bundle does not verify or comes twice, or they have too little held out in common."""
        if views not in VIEWS:
            raise InputError(f"{views} views cannot be: give {', '.join(map(str, VIEWS[:-1]))} or {VIEWS[-1]}.")
        for bundle in bundles:
            bundle.verify()
        described = bundles[0].description if len(bundles) == 1 else _together(bundles)
        digests = [bundle.digest for bundle in bundles]
        if len(bundles) == views == 1:
            return cls(tuple(bundles), views, described, digests[0])
        digest = hashlib.sha256(" ".join((*digests, str(views))).encode()).hexdigest()
        return cls(tuple(bundles), views, _in_views(described, views), digest)

    def logits(self, each: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """What `description.temperature` makes probabilities of, shape (…, 9), from each bundle's logits (…, 9)."""
        return each[0] if len(each) == 1 else _mean(self.bundles, each)


def _mean(bundles: Sequence[Bundle], each: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The logarithm of the bundles' mean calibrated probabilities, where 0 is the least number that has one."""
    pairs = zip(bundles, each, strict=True)
    mean = np.mean([probabilities(logits, bundle.description.temperature) for bundle, logits in pairs], axis=0)
    return np.asarray(np.log(np.maximum(mean, np.finfo(np.float64).tiny)))


def _together(bundles: Sequence[Bundle]) -> Description:
    """The description of the bundles' mean; nobody has measured it yet, so its evaluation is empty."""
    described = [bundle.description for bundle in bundles]
    truth, logits = _held_out(bundles)
    temperature = fit_temperature(logits, truth)
    judged = probabilities(logits, temperature)
    chosen_on = f"the photographs that {len(bundles)} bundles held out, of {described[0].operating_points.chosen_on}"
    return replace(
        described[0],
        name=" + ".join(each.name for each in described),
        created=max(each.created for each in described),
        temperature=temperature,
        priors=shares(truth),
        operating_points=usual_points(judged, truth, chosen_on),
        conformal=conformal.fit(judged, truth, chosen_on),
        head_weights=(),
        licence=" and ".join(dict.fromkeys(each.licence for each in described)),
        model_sha256=" + ".join(each.model_sha256 for each in described),
        recipe={},
        evaluation={},
        seen=tuple(dict.fromkeys(photograph for each in described for photograph in each.seen)),
    )


def _held_out(bundles: Sequence[Bundle]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Truth (n,) and mean logits (n, 9) of what all held out, with one diagnosis; InputError where that is little."""
    names = " and ".join(str(bundle.folder) for bundle in bundles)
    if len({bundle.digest for bundle in bundles}) < len(bundles):
        raise InputError(f"{names}: a bundle is given twice. Give different ones.")
    tables = [HeldOut.read(bundle.held_out) for bundle in bundles]
    places = [{known: i for i, known in enumerate(zip(t.image_ids, t.truth.tolist(), strict=True))} for t in tables]
    common = [known for known in places[0] if all(known in place for place in places)]
    truth = np.array([diagnosis for _, diagnosis in common], dtype=np.int64)
    melanomas = int((truth == MELANOMA).sum())
    if min(melanomas, len(truth) - melanomas) < LEAST:
        raise InputError(
            f"{names} have held out {len(truth)} photographs in common, {melanomas} of them melanomas: too few to "
            f"choose thresholds on ({LEAST} melanomas and {LEAST} others). Use bundles that were trained on one split."
        )
    each = [t.logits[[place[known] for known in common]] for t, place in zip(tables, places, strict=True)]
    return truth, _mean(bundles, each)


def _in_views(description: Description, views: int) -> Description:
    """The same, as it is called in `views`: the points stay, which were chosen on photographs as they are."""
    if views == 1:
        return description
    points = description.operating_points
    return replace(
        description,
        name=f"{description.name}, {views} views",
        operating_points=replace(points, chosen_on=f"{points.chosen_on}, in one view each"),
    )
