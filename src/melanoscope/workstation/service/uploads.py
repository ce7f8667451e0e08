"""A visit's photographs one by one, each a request of its own: what a broken connection lost is sent again.

The sender makes up a name for the visit and one for each lesion of it. The first photograph of a lesion makes its case,
those that follow join it, and the lesions of a visit share a patient.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.photographs import Taken
from melanoscope.workstation.service import cases, copies, idempotency
from melanoscope.workstation.service.adding import About, add_case, add_photographs
from melanoscope.workstation.service.copies import RepeatedPhotograph
from melanoscope.workstation.service.idempotency import once


@dataclass(frozen=True)
class Part:
    """Which photograph of a visit it is; `key` names the request, `visit` and `lesion` what the sender made up."""

    key: str
    visit: str
    lesion: str


@dataclass(frozen=True)
class UploadedPhotograph:
    """Where a photograph went; `unreadable` says why it cannot be read, `copy` what it repeats."""

    case: str
    photograph: str
    unreadable: str | None
    copy: RepeatedPhotograph | None


def upload(session: Session, actor: Actor, taken: Taken, about: About, part: Part) -> UploadedPhotograph:
    """Take in one photograph of a visit, once; as `add_case`.

    Conflict where `part.key` was another request's.
    """
    sent = (part.visit, part.lesion, taken.original_sha256)
    case, photograph_id = once(session, actor, part.key, sent, lambda: _take_in(session, actor, taken, about, part))
    return uploaded(session, case, photograph_id)


def uploaded(session: Session, case_id: str, photograph_id: str) -> UploadedPhotograph:
    """Where that photograph went."""
    photograph = cases.find_photograph(session, photograph_id)
    copy = copies.of(session, [photograph.id]).get(photograph.id)
    return UploadedPhotograph(case_id, photograph_id, photograph.unreadable, copy)


def _take_in(session: Session, actor: Actor, taken: Taken, about: About, part: Part) -> list[str]:
    """The ids of the case and of the photograph."""
    of_lesion = f"visit:{part.visit}:{part.lesion}"
    known = idempotency.answered(session, actor, of_lesion, "")
    if known:
        return [known[0], *add_photographs(session, actor, known[0], [taken])]
    case_id = _new_case(session, actor, taken, about, part)
    idempotency.remember(session, actor, of_lesion, "", [case_id])
    return [case_id, *(photograph.public_id for photograph in cases.find(session, case_id).photographs)]


def _new_case(session: Session, actor: Actor, taken: Taken, about: About, part: Part) -> str:
    of_visit = f"visit:{part.visit}"
    patient = idempotency.answered(session, actor, of_visit, "")
    case_id = add_case(session, actor, [taken], replace(about, patient=patient[0]) if patient else about)
    of_case = cases.find(session, case_id).lesion.patient
    if of_case and not patient:
        idempotency.remember(session, actor, of_visit, "", [of_case.public_id])
    return case_id
