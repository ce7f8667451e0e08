"""Who may go where: every address of the workstation, pages and API, with the role that it needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.api.description import NEEDED
from melanoscope.workstation.security import csrf
from melanoscope.workstation.store.words import Role

OPEN = """
GET /healthz /readyz /metrics /first-account /login /login/code /login/provider /login/provider/return /password
POST /first-account /login /login/code /password
"""
"""For everybody; each of them looks for itself who has come."""

ANYONE = """
GET /profile /profile/second-factor /profile/tokens /confirm
POST /logout /profile/password /profile/full-name /profile/language /profile/sessions/{session_id}/end
POST /profile/second-factor /profile/second-factor/remove /profile/tokens /profile/tokens/{token_id}/revoke /confirm
GET /api/v1/me /api/v1/me/tokens /api/v1/openapi.json /api/v1/{rest}
POST /api/v1/me/second-factor /api/v1/me/tokens /api/v1/{rest}
PUT /api/v1/me/password /api/v1/me/full-name /api/v1/me/language /api/v1/me/second-factor /api/v1/{rest}
DELETE /api/v1/me/sessions/{session_id} /api/v1/me/tokens/{token_id} /api/v1/me/second-factor /api/v1/{rest}
PATCH /api/v1/{rest}
HEAD /api/v1/{rest}
OPTIONS /api/v1/{rest}
TRACE /api/v1/{rest}
"""

READER = """
GET / /live/worklist /live/events /worklist.csv /overview /reference/{name}
GET /cases/{case_id} /cases/{case_id}/report /cases/{case_id}/report.pdf /cases/{case_id}/similar
GET /cases/{case_id}/earlier/{before_id}
GET /patients /patients/{patient_id} /lesions/{lesion_id}
GET /photographs/{photograph_id} /photographs/{photograph_id}/thumbnail /photographs/{photograph_id}/map
POST /worklist/acknowledge /worklist/discharge /worklist/discharge/sign
POST /cases/{case_id}/acknowledge /cases/{case_id}/decide /cases/{case_id}/histology /cases/{case_id}/rescore
POST /patients/{patient_id} /lesions/{lesion_id} /lesions/{lesion_id}/patient /photographs/{photograph_id}/scale
GET /api/v1/worklist /api/v1/cases /api/v1/cases.csv /api/v1/overview /api/v1/reference-photographs/{name}
GET /api/v1/cases/{case_id} /api/v1/cases/{case_id}/similar-lesions /api/v1/cases/{case_id}/earlier-photographs
GET /api/v1/cases/{case_id}/report.pdf /api/v1/patients /api/v1/patients/{patient_id} /api/v1/lesions/{lesion_id}
GET /api/v1/photographs/{photograph_id} /api/v1/photographs/{photograph_id}/thumbnail
GET /api/v1/photographs/{photograph_id}/activation-map /api/v1/photographs/{photograph_id}/change
GET /api/v1/bundles/{digest}/operating-points
POST /api/v1/cases/{case_id}/decisions /api/v1/cases/{case_id}/histology /api/v1/cases/{case_id}/rescoring
POST /api/v1/acknowledgements /api/v1/discharges
PUT /api/v1/cases/{case_id}/acknowledgement /api/v1/photographs/{photograph_id}/scale
PUT /api/v1/patients/{patient_id} /api/v1/lesions/{lesion_id} /api/v1/lesions/{lesion_id}/patient
"""

UPLOADER = """
GET /add
POST /add /api/v1/cases /api/v1/cases/{case_id}/photographs /api/v1/uploads
"""

AUDITOR = """
GET /audit-log /audit-log.csv /readings /readings.csv
POST /audit-log/verify
GET /api/v1/audit-log /api/v1/audit-log.csv /api/v1/audit-log/verification
GET /api/v1/readings /api/v1/readings.csv /api/v1/readings/comparison /api/v1/readers
"""

ADMINISTRATOR = """
GET /accounts /accounts/{name} /alerts /bundles /bundles/{digest} /retention /patients/{patient_id}/erase
POST /accounts /accounts/{name}/role /accounts/{name}/disable /accounts/{name}/enable /accounts/{name}/reset
POST /alerts /alerts/webhooks /alerts/webhooks/{webhook_id}/test /alerts/webhooks/{webhook_id}/remove
POST /bundles /bundles/roll-back /bundles/rescore /bundles/{digest}/silence /bundles/{digest}/end-silence
POST /bundles/{digest}/promote /retention /readings/readers/{name} /patients/{patient_id}/erase
POST /cases/{case_id}/blinding
GET /api/v1/accounts /api/v1/accounts/{name} /api/v1/alert-settings /api/v1/webhooks /api/v1/deliveries
GET /api/v1/bundles /api/v1/bundles/{digest}/comparison /api/v1/retention
POST /api/v1/accounts /api/v1/accounts/{name}/reset /api/v1/webhooks /api/v1/webhooks/{webhook_id}/test
POST /api/v1/bundles /api/v1/bundles/rollback /api/v1/bundles/rescoring /api/v1/bundles/{digest}/promotion
POST /api/v1/patients/{patient_id}/erasure
PUT /api/v1/alert-settings /api/v1/alert-settings/smtp-password /api/v1/retention /api/v1/readers/{name}
PUT /api/v1/bundles/{digest}/silence /api/v1/cases/{case_id}/blinding
PATCH /api/v1/accounts/{name}
DELETE /api/v1/webhooks/{webhook_id} /api/v1/bundles/{digest}/silence
"""


def rows(table: str) -> set[str]:
    """Such as `GET /add`."""
    lines = (line.split() for line in table.split("\n") if line)
    return {f"{method} {path}" for method, *paths in lines for path in paths}


TABLE: dict[Role | None, set[str]] = {
    None: rows(ANYONE),
    Role.READER: rows(READER),
    Role.UPLOADER: rows(UPLOADER),
    Role.AUDITOR: rows(AUDITOR),
    Role.ADMINISTRATOR: rows(ADMINISTRATOR),
}


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with stations.station(tmp_path_factory.mktemp("station")) as opened:
        yield opened


def ask(client: TestClient, route: str) -> tuple[int, str]:
    """The status of its answer, and where it leads."""
    method, path = route.split()
    answer = client.request(method, path.replace("{", "").replace("}", ""))
    return answer.status_code, answer.headers.get("location", "")


def needed(endpoint: Dependant) -> Iterator[Role | None]:
    """The roles that an endpoint asks for; None where anyone who has logged in will do."""
    for each in endpoint.dependencies:
        if each.call in NEEDED:
            roles = NEEDED[each.call]
            yield roles[0] if len(roles) == 1 else None
        yield from needed(each)


def test_every_address_stands_in_the_table_with_the_role_that_it_asks_for(stranger: TestClient) -> None:
    assert isinstance(stranger.app, FastAPI)
    found: dict[str, set[Role | None]] = {}
    for context in iter_route_contexts(stranger.app.routes):
        for method in context.methods or ():
            found[f"{method} {context.path_format}"] = set(needed(context.dependant)) if context.dependant else set()
    expected = {route: {role} for role, routes in TABLE.items() for route in routes}
    expected |= dict.fromkeys(rows(OPEN), set[Role | None]())
    assert found.keys() == expected.keys()
    for route, roles in found.items():  # a role and, beside it, that a person asks
        assert roles - ({None} if len(roles) > 1 else set()) == expected[route], route


def test_strangers_are_told_401_by_the_api_and_led_to_the_login_by_pages(stranger: TestClient) -> None:
    for route in set[str]().union(*TABLE.values()):
        method, path = route.split()
        status, where = ask(stranger, route)
        if path.startswith("/api/"):
            assert status == 401, route
        elif method == "GET":
            assert status == 303 and where.startswith("/login?next="), route
        else:
            assert status in (401, 403), route


@pytest.mark.parametrize("role", [Role.READER, Role.UPLOADER, Role.AUDITOR])
def test_whoever_may_not_is_told_403(stranger: TestClient, role: Role) -> None:
    cookie = stations.account(stranger, role.value, role)
    client = stations.browser(stranger, cookie)
    client.headers[csrf.HEADER] = csrf.token(cookie)
    for needs, routes in TABLE.items():
        if needs and not role.may(needs):
            for route in routes:
                assert ask(client, route)[0] == 403, route


def test_no_form_is_accepted_without_its_token(stranger: TestClient) -> None:
    client = stations.browser(stranger, stations.account(stranger, "ada", Role.ADMINISTRATOR))
    for route in set[str]().union(*TABLE.values()):
        if route.split()[0] not in csrf.SAFE:
            assert ask(client, route)[0] == 403, route
    assert client.get("/").status_code == 200
