"""Which confirmed lesions a bundle's network finds most like the one at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from melanoscope.bundle import sha256
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.arrays import unpack
from melanoscope.workstation.service import bundles, reference
from melanoscope.workstation.service.blinding import refuse_veiled, unseen
from melanoscope.workstation.service.cases import find
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import Histology
from melanoscope.workstation.store.predictions import InstalledBundle, StoredPrediction
from melanoscope.workstation.store.transactions import Store

SHOWN = 6
LOOKED_THROUGH = 5000
"""Cases of this workstation with histology, the latest first."""

_measuring = Lock()
"""Whoever looks at a case while the reference photographs are looked at waits for that, and does not do it again."""


@dataclass(frozen=True)
class SimilarLesion:
    """A confirmed lesion. `likeness` is the cosine of both photographs' features, in [−1, 1].

    Of this workstation's own, `case` and `photograph` are ids, and histology has confirmed it; of the package's
    reference set, `photograph` is a file's name, and `attribution` and `licence` are whose it is.
    """

    diagnosis: str
    likeness: float
    photograph: str
    case: str | None = None
    attribution: str = ""
    licence: str = ""


@dataclass(frozen=True)
class SimilarLesionList:
    """`candidates` is how many confirmed lesions there were to choose from; 0 where the case has no features."""

    lesions: list[SimilarLesion]
    candidates: int


def nearest(store: Store, actor: Actor, case_id: str) -> SimilarLesionList:
    """The `SHOWN` most alike, the most alike first; never another visit of the same lesion.

    The reference photographs are looked at first where this bundle has not seen them yet. NotFound where there is
    no such case, Conflict where the actor reads it blind.
    """
    with store.writing() as session:
        case = find(session, case_id)
        refuse_veiled(session, actor, case)
        audit_log.append(session, actor, "case.similar", f"case:{case.public_id}")
        said = _said(session, case)
        installed = session.get_one(InstalledBundle, said.bundle_digest) if said else None
    if said is None or said.features is None or installed is None:
        return SimilarLesionList([], 0)
    _prepare(store, installed)
    with store.reading() as session:
        known = [*_own(session, actor, case, said.bundle_digest), *_references(session, said.bundle_digest, case)]
    return _closest(unpack(said.features).astype(np.float32), known)


def _prepare(store: Store, installed: InstalledBundle) -> None:
    with _measuring:
        with store.reading() as session:
            known = reference.features(session, installed.digest) is not None
        bundle = None if known else bundles.load(installed, store.bundles)
        if bundle is None or bundle.digest != installed.digest:  # a former package's bundle has gone with it
            return
        measured = reference.measure(bundle)
        with store.writing() as session:
            reference.keep(session, installed.digest, measured)


def _said(session: Session, case: Case) -> StoredPrediction | None:
    """The last prediction of the photograph that speaks."""
    asked = select(StoredPrediction).where(StoredPrediction.photograph_id == case.speaking_id)
    asked = asked.options(undefer(StoredPrediction.features))
    return session.scalar(asked.order_by(StoredPrediction.id.desc()).limit(1))


def _own(
    session: Session, actor: Actor, case: Case, digest: str
) -> Iterator[tuple[SimilarLesion, NDArray[np.float32]]]:
    last = select(func.max(Histology.id)).group_by(Histology.case_id)
    asked = (
        select(Histology.diagnosis, Case.public_id, Photograph.public_id, StoredPrediction.features)
        .join(Case, Histology.case_id == Case.id)
        .join(Photograph, Case.speaking_id == Photograph.id)
        .join(StoredPrediction, StoredPrediction.photograph_id == Photograph.id)
        .where(Histology.id.in_(last), Case.lesion_id != case.lesion_id, Photograph.sha256.is_not(None))
        .where(StoredPrediction.bundle_digest == digest, ~unseen(session, actor))
        .order_by(Histology.id.desc(), StoredPrediction.id.desc())
        .limit(LOOKED_THROUGH)
    )
    known: set[str] = set()  # a bundle that was asked twice said twice what it saw
    for diagnosis, public_id, photograph, features in session.execute(asked):
        if features is not None and photograph not in known:
            known.add(photograph)
            yield SimilarLesion(diagnosis, 0.0, photograph, public_id), unpack(features).astype(np.float32)


def _references(session: Session, digest: str, case: Case) -> Iterator[tuple[SimilarLesion, NDArray[np.float32]]]:
    """Without what the case itself shows, for the samples of a first try are the same."""
    shown = set(session.scalars(select(Photograph.original_sha256).where(Photograph.case_id == case.id)))
    measured = reference.features(session, digest)
    for record, features in () if measured is None else zip(reference.photographs(), measured, strict=True):
        if record.diagnosis and sha256(record.path) not in shown:
            whose = record.attribution or "", record.licence or ""
            yield SimilarLesion(record.diagnosis.key, 0.0, record.path.name, None, *whose), features


def _closest(
    features: NDArray[np.float32], known: Sequence[tuple[SimilarLesion, NDArray[np.float32]]]
) -> SimilarLesionList:
    if not known:
        return SimilarLesionList([], 0)
    likeness = np.stack([each for _, each in known]) @ features
    order = np.argsort(-likeness, kind="stable")[:SHOWN]
    found = [SimilarLesion(**{**vars(known[i][0]), "likeness": float(likeness[i])}) for i in order]
    return SimilarLesionList(found, len(known))
