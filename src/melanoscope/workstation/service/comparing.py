"""What two bundles say of the same photographs: where they differ, and which is right where histology is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from melanoscope.diagnosis import Label
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.compare import compare
from melanoscope.evaluation.intervals import proportion
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
    """`photographs` were looked at by both. `changed` is the share with another outcome; `lost` counts those that the
    speaking bundle flags (ALERT or REVIEW) and the other does not, `gained` the reverse. `auc` is None where no
    histology is known.
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


def comparison(session: Session, actor: Actor, speaking: InstalledBundle, other: InstalledBundle) -> BundleComparison:
    """What `other` would have said of the photographs of which `speaking` has spoken, or would have.

    Cases that are to be read blind are left out; Conflict where the actor reads every case blind.
    """
    refuse_blind_reader(session, actor)
    first, second = _said(session, speaking.digest), _said(session, other.digest)
    shared = sorted(first.keys() & second.keys())
    pairs = [(first[each], second[each]) for each in shared]
    differ = [(a, b) for a, b in pairs if a.outcome is not b.outcome]
    flags = np.array([a.outcome is not b.outcome for a, b in pairs], dtype=bool)
    return BundleComparison(
        speaking=bundle_view(speaking),
        other=bundle_view(other),
        photographs=len(pairs),
        changed=Estimate.of(proportion([a.group for a, _ in pairs], flags)),
        lost=sum(a.outcome in FLAGGED and b.outcome not in FLAGGED for a, b in differ),
        gained=sum(a.outcome not in FLAGGED and b.outcome in FLAGGED for a, b in differ),
        changes=_changes(differ),
        cases=[_changed(a, b) for a, b in sorted(differ, key=_gravity)[:LISTED]],
        auc=_auc(speaking.digest, other.digest, pairs),
    )


def _said(session: Session, digest: str) -> dict[int, _Said]:
    """By photograph what a bundle said aloud or in silence; its last word counts."""
    histology = {case_id: diagnosis for case_id, diagnosis in session.execute(_histology())}
    spoken = select(StoredPrediction.photograph_id, StoredPrediction.outcome, StoredPrediction.melanoma)
    silent = select(SilentPrediction.photograph_id, SilentPrediction.outcome, SilentPrediction.melanoma)
    said = union_all(
        silent.where(SilentPrediction.bundle_digest == digest),
        spoken.where(StoredPrediction.bundle_digest == digest),
    ).subquery()
    asked = (
        select(said, Case.id, Case.public_id, Lesion.id, Lesion.patient_id)
        .join(Photograph, said.c.photograph_id == Photograph.id)
        .join(Case, Photograph.case_id == Case.id)
        .join(Lesion, Case.lesion_id == Lesion.id)
        .where(Case.blinded.is_(False))
    )
    return {
        row[0]: _Said(row[0], row[4], drawn_with(row[5], row[6]), row[1], row[2], histology.get(row[3]))
        for row in session.execute(asked)
    }


def _histology() -> Select[int, str]:
    """The last word of the pathologist on each case."""
    return select(Histology.case_id, Histology.diagnosis).order_by(Histology.id)


def _changes(differ: Sequence[tuple[_Said, _Said]]) -> list[OutcomeChange]:
    counted = Counter((a.outcome, b.outcome) for a, b in differ)
    ordered = sorted(counted, key=lambda pair: (pair[0].urgency, -pair[1].urgency))
    return [OutcomeChange(before, after, counted[before, after]) for before, after in ordered]


def _changed(before: _Said, after: _Said) -> ChangedPhotograph:
    return ChangedPhotograph(before.case_id, before.outcome, after.outcome, before.melanoma, after.melanoma)


def _gravity(pair: tuple[_Said, _Said]) -> tuple[int, int, int]:
    """Melanomas by histology first, then what would no longer be flagged."""
    before, after = pair
    return int(before.diagnosis != "melanoma"), before.outcome.urgency - after.outcome.urgency, before.photograph_id


def _auc(speaking: str, other: str, pairs: Sequence[tuple[_Said, _Said]]) -> AucComparison | None:
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
