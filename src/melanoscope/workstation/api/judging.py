"""What people say of a case, over the API: acknowledged, decided, confirmed by histology; and what they ask for."""

from __future__ import annotations

from fastapi import APIRouter, Response

from melanoscope.workstation.api.about import Key
from melanoscope.workstation.api.cases import shown
from melanoscope.workstation.api.conditions import IfMatch, require
from melanoscope.workstation.api.readings import BlindingRequest
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, Reader, Signer
from melanoscope.workstation.service import cases, deciding, histology, readings, rescoring
from melanoscope.workstation.service.deciding import DecisionRequest
from melanoscope.workstation.service.histology import HistologyRequest
from melanoscope.workstation.service.idempotency import once
from melanoscope.workstation.service.views import CaseView

router = APIRouter(prefix="/cases/{case_id}", tags=["cases"], route_class=Route)


@router.put("/acknowledgement")
def acknowledge_alert(here: Here, actor: Reader, response: Response, case_id: str) -> CaseView:
    """You have seen the alert. Whoever says so first counts; saying it again changes nothing."""
    with here.store.writing() as session:
        deciding.acknowledge(session, actor, case_id)
        return shown(session, actor, response, case_id)


@router.post("/decisions", status_code=201)
def sign_decision(
    here: Here,
    actor: Signer,
    response: Response,
    case_id: str,
    wanted: DecisionRequest,
    if_match: IfMatch = None,
    key: Key = None,
) -> CaseView:
    """Sign a decision about the case as you have read it: `If-Match` is the ETag that it came with.

    It acknowledges the alert too. A later decision stands beside it, and needs a reason. While you read the case blind
    it is kept as your reading instead.
    """

    def do() -> list[str]:
        case = cases.find(session, case_id)
        require(if_match, *(cases.view(session, actor, case, names) for names in (False, True)))
        deciding.decide(session, actor, case_id, wanted)
        return [case_id]

    with here.store.writing() as session:
        once(session, actor, key, ("decide", case_id, repr(wanted)), do)
        return shown(session, actor, response, case_id)


@router.post("/histology", status_code=201)
def record_histology(
    here: Here, actor: Reader, response: Response, case_id: str, report: HistologyRequest, key: Key = None
) -> CaseView:
    """What the pathologist found. A later report stands beside the earlier ones, and the last one counts."""

    def do() -> list[str]:
        histology.record(session, actor, case_id, report)
        return [case_id]

    with here.store.writing() as session:
        once(session, actor, key, ("histology", case_id, repr(report)), do)
        return shown(session, actor, response, case_id)


@router.post("/rescoring", status_code=202)
def rescore_case(here: Here, actor: Reader, response: Response, case_id: str) -> CaseView:
    """Ask the bundle that speaks of a case of which another one spoke last; it answers a little later.

    What was said before is kept, and stands in `former` then. 409 where there is nothing to ask.
    """
    with here.store.writing() as session:
        rescoring.rescore_case(session, actor, case_id)
        seen = shown(session, actor, response, case_id)
    here.wake()
    return seen


@router.put("/blinding")
def change_blinding(
    here: Here, actor: Administrator, response: Response, case_id: str, wanted: BlindingRequest
) -> CaseView:
    """Let everybody who has signed nothing of the case read it blind, until it is decided; or nobody any more."""
    with here.store.writing() as session:
        readings.set_case_blind(session, actor, case_id, wanted.blind)
        return shown(session, actor, response, case_id)
