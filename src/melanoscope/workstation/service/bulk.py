"""The same said of several cases: each is signed and logged by itself, and one that cannot be stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service import deciding
from melanoscope.workstation.service.blinding import refuse_veiled
from melanoscope.workstation.service.cases import find
from melanoscope.workstation.service.deciding import DecisionRequest
from melanoscope.workstation.service.errors import Conflict, Invalid, NotFound
from melanoscope.workstation.store.words import CaseStatus, DecisionKind

MOST = 200
"""Cases at once: what a person can have looked at."""


@dataclass(frozen=True)
class BulkRefusal:
    case: str
    reason: str


@dataclass(frozen=True)
class BulkResult:
    """The ids of the cases of which it was said, and why of others it was not."""

    cases: list[str]
    refused: list[BulkRefusal]


def acknowledge(session: Session, actor: Actor, case_ids: Sequence[str]) -> BulkResult:
    """A named person has seen these alerts."""
    return _each(session, case_ids, lambda case_id: deciding.acknowledge(session, actor, case_id))


def discharge(session: Session, actor: Actor, case_ids: Sequence[str]) -> BulkResult:
    """Sign a discharge of each case that is ROUTINE and open; who signs has looked at every one."""
    return _each(session, case_ids, lambda case_id: _discharge(session, actor, case_id))


def _each(session: Session, case_ids: Sequence[str], act: Callable[[str], None]) -> BulkResult:
    chosen = sorted(set(case_ids))
    if len(chosen) > MOST:
        raise Invalid(f"Choose {MOST} cases at most.")
    done = BulkResult([], [])
    for case_id in chosen:
        try:
            with session.begin_nested():
                act(case_id)
        except NotFound:
            done.refused.append(BulkRefusal(case_id, "There is no such case."))
        except (Conflict, Invalid) as error:
            done.refused.append(BulkRefusal(case_id, str(error)))
        else:
            done.cases.append(case_id)
    return done


def _discharge(session: Session, actor: Actor, case_id: str) -> None:
    case = find(session, case_id)
    refuse_veiled(session, actor, case)
    if case.outcome is not Outcome.ROUTINE or case.status is not CaseStatus.OPEN or case.alerted_at is not None:
        raise Conflict("Only open cases that are ROUTINE can be discharged together.")
    deciding.decide(session, actor, case_id, DecisionRequest(DecisionKind.DISCHARGE))
