"""Schemathesis for the workstation's API: its description, what is sent, and what is looked at in the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
import schemathesis
from fastapi.testclient import TestClient
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from melanoscope.workstation.api.routes import described
from station_programs import add

CHECKED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""Not that whatever fits is accepted: a description cannot say that nobody is born in the future."""

OF_WHAT_IS_THERE = r"/(cases|photographs|patients|lesions)/\{"
"""Addresses with ids that `known` has."""


def schema(examples: int, coverage: bool) -> schemathesis.BaseSchema:
    """The same requests on every machine; with `coverage`, systematic ones at every boundary too."""
    generation = {"max-examples": examples, "deterministic": True, "database": "none"}
    config = {
        "generation": generation | {"with-security-parameters": False},  # the program has its own
        "phases": {"coverage": {"enabled": coverage}},
    }
    return schemathesis.openapi.from_dict(described(), config=SchemathesisConfig.from_dict(config))


def known(client: TestClient, photographs: list[Path]) -> dict[str, str]:
    """Ids that are there, by their names in addresses."""
    case = client.get(add(client, *photographs[:2], reference="4711")).json()
    photograph, patient = case["photographs"][0]["id"], case["patient"]["id"]
    return {"case_id": case["id"], "photograph_id": photograph, "patient_id": patient, "lesion_id": case["lesion"]}


def answer(client: TestClient, case: schemathesis.Case[Any]) -> Any:
    sent = requests.Request(**case.as_transport_kwargs(base_url=str(client.base_url))).prepare()
    assert sent.body is None or isinstance(sent.body, str | bytes)
    headers = {name: str(value) for name, value in sent.headers.items()}
    return client.request(str(sent.method), str(sent.url), content=sent.body, headers=headers)
