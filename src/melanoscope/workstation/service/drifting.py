"""Whether the photographs of late, and what is said of them, are like those that the bundle was judged on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import UnaryExpression, select
from sqlalchemy.orm import Session

from melanoscope.evaluation import drift
from melanoscope.evaluation.calibration import probabilities
from melanoscope.evaluation.drift import ALPHA, ENOUGH, Drift
from melanoscope.inference.held_out import HeldOut
from melanoscope.inference.outliers import BEYOND, Outliers
from melanoscope.prediction import MELANOMA
from melanoscope.workstation.service import bundles
from melanoscope.workstation.store.colours import PhotographColours
from melanoscope.workstation.store.predictions import InstalledBundle, StoredPrediction

RECENT = 200
"""Photographs that count as those of late, and as those of the beginning: more would find what nobody cares for."""

OUTLIERS = 2 * BEYOND
"""A bundle has two limits."""

REFUSED = 0.021
"""Each of seven rules was chosen to refuse 0.3 % of good photographs at most (`imaging.quality`)."""

SCORE, OUTLIER, QUALITY = "melanoma", "outliers", "quality"
_COLOURS = ("lightness", "red_green", "blue_green")


@dataclass(frozen=True)
class DriftComparison:
    """One thing that was compared: it warns where `statistic` is above `limit`, and `n` is enough."""

    name: str
    n: int
    statistic: float
    limit: float
    warns: bool


@dataclass(frozen=True)
class DriftReport:
    """Of the last photographs of the bundle that speaks: `bundle` compares them with those that the bundle was judged
    on, `start` with the first that it was asked of here, where there are `enough` of both. With nothing changed each
    of the two lists has a warning at `false_alarms` of looks, at most.
    """

    bundle: list[DriftComparison]
    start: list[DriftComparison]
    enough: int
    false_alarms: float

    @property
    def warns(self) -> bool:
        return any(each.warns for each in [*self.bundle, *self.start])


@dataclass(frozen=True)
class _Sample:
    """Columns of the predictions looked at: `colours` is (n, 3)."""

    ids: NDArray[np.int64]
    melanoma: NDArray[np.float64]
    outlyingness: NDArray[np.float64]
    refused: NDArray[np.bool_]
    colours: NDArray[np.float64]


@dataclass(frozen=True)
class _Reference:
    """What a bundle tells of the photographs that it was judged on; no colours where it knows no outliers."""

    melanoma: NDArray[np.float64]
    colours: tuple[NDArray[np.float64], NDArray[np.float64]] | None


def drifting(session: Session) -> DriftReport:
    """InputError where the files of the bundle that speaks have gone."""
    installed = bundles.promoted(session)
    late = _sample(session, installed.digest, StoredPrediction.id.desc())
    early = _sample(session, installed.digest, StoredPrediction.id.asc())
    return DriftReport(
        _against_bundle(_reference(installed, bundles.shelf(session)), late),
        _against_start(early, late) if _are_apart(early, late) else [],
        ENOUGH,
        ALPHA,
    )


def _sample(session: Session, digest: str, order: UnaryExpression[int]) -> _Sample:
    said, colours = StoredPrediction, PhotographColours
    asked = (
        select(said.id, said.melanoma, said.outlyingness, said.quality)
        .add_columns(colours.lightness, colours.red_green, colours.blue_green)
        .outerjoin(colours, colours.photograph_id == said.photograph_id)
        .where(said.bundle_digest == digest, said.melanoma.is_not(None))
    )
    rows = session.execute(asked.order_by(order).limit(RECENT)).all()
    return _Sample(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.float64),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.array([any(issue["refuses"] for issue in row[3]) for row in rows], dtype=bool),
        np.array([row[4:] for row in rows if row[4] is not None], dtype=np.float64).reshape(-1, 3),
    )


def _are_apart(early: _Sample, late: _Sample) -> bool:
    """Whether both are whole, and no photograph is in both."""
    return len(early.ids) == RECENT and bool(early.ids.max() < late.ids.min())


_known: dict[str, _Reference] = {}


def _reference(installed: InstalledBundle, shelf: Path) -> _Reference:
    """Read once: what a bundle of this digest says does not change."""
    if installed.digest not in _known:
        bundle = bundles.load(installed, shelf)
        logits = HeldOut.read(bundle.held_out).logits
        melanoma = probabilities(logits, bundle.description.temperature)[:, MELANOMA]
        colours = Outliers.load(bundle.outliers).colours() if bundle.description.outliers else None
        _known[installed.digest] = _Reference(melanoma, colours)
    return _known[installed.digest]


def _against_bundle(known: _Reference, late: _Sample) -> list[DriftComparison]:
    alpha, n = ALPHA / 6, len(late.melanoma)
    found = [drift.distribution(SCORE, known.melanoma, late.melanoma, alpha)]
    if known.colours:
        found.append(drift.rate(OUTLIER, OUTLIERS, int((late.outlyingness > 1).sum()), n, alpha))
    found.append(drift.rate(QUALITY, REFUSED, int(late.refused.sum()), n, alpha))
    if known.colours:
        means, spreads = known.colours
        columns = zip(_COLOURS, means.tolist(), spreads.tolist(), late.colours.T, strict=True)
        found += [drift.centre(name, mean, spread, column, alpha) for name, mean, spread, column in columns]
    return [_looked(each) for each in found]


def _against_start(early: _Sample, late: _Sample) -> list[DriftComparison]:
    alpha = ALPHA / 5
    found = [
        drift.distribution(SCORE, early.melanoma, late.melanoma, alpha),
        drift.distribution(OUTLIER, early.outlyingness, late.outlyingness, alpha),
        *(
            drift.distribution(name, before, after, alpha)
            for name, before, after in zip(_COLOURS, early.colours.T, late.colours.T, strict=True)
        ),
    ]
    return [_looked(each) for each in found]


def _looked(found: Drift) -> DriftComparison:
    return DriftComparison(found.name, found.n, found.statistic, found.limit, found.warns)
