"""The reference photographs that come with the package: no bundle has learnt from them, and their licence is CC0.

What a bundle's network sees of them is worked out once for each bundle, when somebody first asks what a case is like.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from melanoscope.bundle import Bundle
from melanoscope.data.readers import truth
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Prediction
from melanoscope.record import Record
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.arrays import pack, unpack
from melanoscope.workstation.store.reference import ReferenceFeatures

FOLDER = Path(__file__).parent.parent / "reference"


@cache
def photographs() -> tuple[Record, ...]:
    """By name, each with its diagnosis, licence and attribution."""
    return tuple(sorted(truth.read(FOLDER), key=lambda record: record.path.name))


def find(name: str) -> Record | None:
    return next((record for record in photographs() if record.path.name == name), None)


def features(session: Session, digest: str) -> NDArray[np.float32] | None:
    """As `Prediction.features`, a row for each of `photographs`; None where they have not been worked out."""
    known = session.get(ReferenceFeatures, digest)
    return unpack(known.features).astype(np.float32) if known else None


def measure(bundle: Bundle) -> NDArray[np.float32]:
    """The same, worked out: it takes a second or two. Outside of a transaction."""
    said = Predictor(bundle).predict(record.path for record in photographs())
    return np.array([each.features for each in said if isinstance(each, Prediction)], np.float32)


def keep(session: Session, digest: str, measured: NDArray[np.float32]) -> None:
    """Another process may have been faster: what it kept stays."""
    if session.get(ReferenceFeatures, digest) is None:
        session.add(ReferenceFeatures(bundle_digest=digest, features=pack(measured.astype(np.float16))))
        audit_log.append(session, SYSTEM, "reference.measure", f"bundle:{digest}", {"photographs": len(measured)})
