"""What two bundles say of the same photographs: where they differ, and which is right where histology is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from melanoscope.diagnosis import Label
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.compare import compare
from melanoscope.evaluation.intervals import closed_proportion
from melanoscope.prediction import Outcome
from melanoscope.record import Record
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service.blinding import refuse_blind_reader
from melanoscope.workstation.service.cases import bundle_view
from melanoscope.workstation.service.estimates import Estimate, drawn_with
from melanoscope.workstation.service.proof import FLAGGED
from melanoscope.workstation.service.views import BundleView
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import Histology
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.predictions import InstalledBundle, StoredPrediction
from melanoscope.workstation.store.silence import SilentPrediction

RECENT, KNOWN = 5000, 1000
"""The last photographs that are looked at, and the last cases with histology: nobody waits for an answer of all."""

LISTED = 200
"""Changed photographs that are listed, the gravest first."""


@dataclass(frozen=True)
class ChangedPhotograph:
    """A photograph of which the two say something else, and the id of its case."""

    case: str
    before: Outcome
    after: Outcome
    melanoma_before: float | None
    melanoma_after: float | None


@dataclass(frozen=True)
class OutcomeChange:
    """How many photographs have the outcome `before` with one bundle, and `after` with the other."""

    before: Outcome
    after: Outcome
    count: int


@dataclass(frozen=True)
class AucComparison:
    """Of melanoma where histology is known; `difference` is the other's less the speaking one's over the same draws."""

    photographs: int
    melanomas: int
    speaking: Estimate
    other: Estimate
    difference: Estimate


@dataclass(frozen=True)
class BundleComparison:
    """Of the last `RECENT` photographs `photographs` were looked at by both. `changed` is the share with another
    outcome; `lost` counts those that the speaking bundle flags (ALERT or REVIEW) and the other does not, `gained` the
    reverse. `auc` is of the last `KNOWN` cases with histology, None where there is none, and `cases` of both.
    """

    speaking: BundleView
    other: BundleView
    photographs: int
    changed: Estimate
    lost: int
    gained: int
    changes: list[OutcomeChange]
    cases: list[ChangedPhotograph]
    auc: AucComparison | None


@dataclass(frozen=True)
class _Said:
    photograph_id: int
    case_id: str
    group: str
    outcome: Outcome
    melanoma: float | None
    diagnosis: str | None


_Pair = tuple[_Said, _Said]
_KNOWN = select(Histology.case_id).order_by(Histology.id.desc()).limit(KNOWN)


def comparison(session: Session, actor: Actor, speaking: InstalledBundle, other: InstalledBundle) -> BundleComparison:
    """What `other` would have said of the photographs of which `speaking` has spoken, or would have.

    Cases that are to be read blind are left out; Conflict where the actor reads every case blind.
    """
    refuse_blind_reader(session, actor)
    recent = _pairs(session, speaking, other, select(Photograph.id).order_by(Photograph.id.desc()).limit(RECENT))
    known = _pairs(session, speaking, other, select(Photograph.id).where(Photograph.case_id.in_(_KNOWN)))
    differ = _differing(recent)
    flags = np.array([a.outcome is not b.outcome for a, b in recent], dtype=bool)
    return BundleComparison(
        speaking=bundle_view(speaking),
        other=bundle_view(other),
        photographs=len(recent),
        changed=Estimate.of(closed_proportion([a.group for a, _ in recent], flags)),
        lost=sum(a.outcome in FLAGGED and b.outcome not in FLAGGED for a, b in differ),
        gained=sum(a.outcome not in FLAGGED and b.outcome in FLAGGED for a, b in differ),
        changes=_changes(differ),
        cases=[_changed(a, b) for a, b in sorted({*differ, *_differing(known)}, key=_gravity)[:LISTED]],
        auc=_auc(speaking.digest, other.digest, known),
    )


def _pairs(session: Session, speaking: InstalledBundle, other: InstalledBundle, chosen: Select[int]) -> list[_Pair]:
    """What both say of those of the `chosen` photographs that both have looked at."""
    first, second = _said(session, speaking.digest, chosen), _said(session, other.digest, chosen)
    return [(first[each], second[each]) for each in sorted(first.keys() & second.keys())]


def _differing(pairs: Sequence[_Pair]) -> list[_Pair]:
    return [(a, b) for a, b in pairs if a.outcome is not b.outcome]


def _said(session: Session, digest: str, chosen: Select[int]) -> dict[int, _Said]:
    """By photograph what a bundle said aloud or in silence; its last word counts."""
    spoken = select(StoredPrediction.photograph_id, StoredPrediction.outcome, StoredPrediction.melanoma)
    silent = select(SilentPrediction.photograph_id, SilentPrediction.outcome, SilentPrediction.melanoma)
    said = union_all(
        silent.where(SilentPrediction.bundle_digest == digest, SilentPrediction.photograph_id.in_(chosen)),
        spoken.where(StoredPrediction.bundle_digest == digest, StoredPrediction.photograph_id.in_(chosen)),
    ).subquery()
    asked = (
        select(said, Case.id, Case.public_id, Lesion.id, Lesion.patient_id)
        .join(Photograph, said.c.photograph_id == Photograph.id)
        .join(Case, Photograph.case_id == Case.id)
        .join(Lesion, Case.lesion_id == Lesion.id)
        .where(Case.blinded.is_(False))
    )
    rows = session.execute(asked).all()
    histology = _histology(session, {row[3] for row in rows})
    return {
        row[0]: _Said(row[0], row[4], drawn_with(row[5], row[6]), row[1], row[2], histology.get(row[3])) for row in rows
    }


def _histology(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """By case the last word of the pathologist."""
    asked = select(Histology.case_id, Histology.diagnosis).where(Histology.case_id.in_(case_ids))
    return {case_id: diagnosis for case_id, diagnosis in session.execute(asked.order_by(Histology.id))}


def _changes(differ: Sequence[_Pair]) -> list[OutcomeChange]:
    counted = Counter((a.outcome, b.outcome) for a, b in differ)
    ordered = sorted(counted, key=lambda pair: (pair[0].urgency, -pair[1].urgency))
    return [OutcomeChange(before, after, counted[before, after]) for before, after in ordered]


def _changed(before: _Said, after: _Said) -> ChangedPhotograph:
    return ChangedPhotograph(before.case_id, before.outcome, after.outcome, before.melanoma, after.melanoma)


def _gravity(pair: _Pair) -> tuple[int, int, int]:
    """Melanomas by histology first, then what would no longer be flagged."""
    before, after = pair
    return int(before.diagnosis != "melanoma"), before.outcome.urgency - after.outcome.urgency, before.photograph_id


def _auc(speaking: str, other: str, pairs: Sequence[_Pair]) -> AucComparison | None:
    known = [(a, b) for a, b in pairs if a.diagnosis and a.melanoma is not None and b.melanoma is not None]
    if not known:
        return None
    systems = [_cases(speaking, [a for a, _ in known]), _cases(other, [b for _, b in known])]
    found = compare(systems)
    first, second = found.systems
    (pair,) = found.pairs
    figures = first.figures["auc"], second.figures["auc"], pair.differences["auc"]
    return AucComparison(found.n, found.melanomas, *map(Estimate.of, figures))


def _cases(digest: str, said: Sequence[_Said]) -> Cases:
    records = [
        Record(Path(), str(each.photograph_id), Label.of(each.diagnosis), group=each.group)
        for each in said
        if each.diagnosis
    ]
    scores = np.array([each.melanoma for each in said], dtype=np.float64)
    return Cases(digest, "this workstation", tuple(records), scores, outcomes=tuple(each.outcome for each in said))
