"""Schemathesis sends every address of the API what fits its description, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from fastapi.testclient import TestClient
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from melanoscope.workstation.api.routes import described
from station_programs import add, program

CHECKED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""Not that whatever fits is accepted: a description cannot say that nobody is born in the future."""

SCHEMA = schemathesis.openapi.from_dict(
    described(),
    config=SchemathesisConfig.from_dict(
        {
            "generation": {
                "max-examples": 5,
                "deterministic": True,
                "database": "none",
                "with-security-parameters": False,  # the program has its own
            },
            "phases": {"coverage": {"enabled": False}},
        }
    ),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with program(tmp_path_factory.mktemp("schema")) as opened:
        yield opened


@pytest.fixture(scope="module")
def known(client: TestClient, photographs: list[Path]) -> dict[str, str]:
    """Ids that are there, by their names in addresses."""
    case = client.get(add(client, *photographs[:2], reference="4711")).json()
    photograph, patient = case["photographs"][0]["id"], case["patient"]["id"]
    return {"case_id": case["id"], "photograph_id": photograph, "patient_id": patient, "lesion_id": case["lesion"]}


@SCHEMA.parametrize()
def test_every_address_keeps_to_its_description(case: schemathesis.Case[Any], client: TestClient) -> None:
    case.validate_response(answer(client, case), checks=[*CHECKED, negative_data_rejection])


@SCHEMA.include(path_regex=r"/(cases|photographs|patients|lesions)/\{").parametrize()
def test_what_is_there_keeps_to_its_description(
    case: schemathesis.Case[Any], client: TestClient, known: dict[str, str]
) -> None:
    case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
    case.validate_response(answer(client, case), checks=CHECKED)


def answer(client: TestClient, case: schemathesis.Case[Any]) -> Any:
    sent = requests.Request(**case.as_transport_kwargs(base_url=str(client.base_url))).prepare()
    assert sent.body is None or isinstance(sent.body, str | bytes)
    headers = {name: str(value) for name, value in sent.headers.items()}
    return client.request(str(sent.method), str(sent.url), content=sent.body, headers=headers)
