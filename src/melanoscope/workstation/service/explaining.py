"""What a bundle promises: its points and how sure its lists of possible diagnoses are, so that a page can say it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from melanoscope.bundle import Bundle, Description
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


def promise(session: Session, digest: str) -> OperatingPointsView | None:
    """What the bundle of that digest promises; None where it can no longer be read."""
    installed = session.get_one(InstalledBundle, digest)
    described = _described(digest, bundles.folder_of(installed, bundles.shelf(session)))
    return _promise(described) if described else None


@lru_cache(maxsize=4)
def _described(digest: str, folder: Path | None) -> Description | None:
    """Read once. The package's own is another after an upgrade."""
    try:
        bundle = Bundle.load(folder) if folder else Bundle.shipped()
    except InputError:
        return None
    return bundle.description if bundle.digest == digest else None


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
