"""What a bundle promises: its points and how sure its lists of possible diagnoses are, so that a page can say it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from melanoscope.bundle import Description
from melanoscope.errors import InputError
from melanoscope.prediction import MELANOMA
from melanoscope.workstation.service import bundles
from melanoscope.workstation.store.predictions import InstalledBundle


@dataclass(frozen=True)
class OperatingPointsView:
    """Probabilities in [0, 1]: where alert and review begin, and how often the true diagnosis is in the list of
    possible ones, of melanomas and of the others. `n` photographs, of them `melanomas`, are what it was chosen on.
    """

    alert: float
    review_melanoma: float
    review_malignant: float
    melanomas_kept: float
    others_kept: float
    n: int
    melanomas: int
    chosen_on: str


_read: dict[str, OperatingPointsView] = {}


def promise(session: Session, digest: str) -> OperatingPointsView | None:
    """What the bundle of that digest promises, read once; None where it can no longer be read, as after an upgrade."""
    if digest not in _read:
        installed = session.get_one(InstalledBundle, digest)
        try:
            _read[digest] = _promise(bundles.load(installed, bundles.shelf(session)).description)
        except InputError:
            return None
    return _read[digest]


def _promise(described: Description) -> OperatingPointsView:
    points, levels = described.operating_points, described.conformal.levels
    return OperatingPointsView(
        alert=points.alert,
        review_melanoma=points.review_melanoma,
        review_malignant=points.review_malignant,
        melanomas_kept=levels[MELANOMA],
        others_kept=min(level for index, level in enumerate(levels) if index != MELANOMA),
        n=points.n,
        melanomas=points.melanomas,
        chosen_on=points.chosen_on,
    )
