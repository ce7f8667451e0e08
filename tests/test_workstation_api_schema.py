"""Schemathesis sends every address of the API what fits its description, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from schemathesis.specs.openapi.checks import negative_data_rejection

import api_schema
from station_programs import program

SCHEMA = api_schema.schema(examples=5, coverage=False)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with program(tmp_path_factory.mktemp("schema")) as opened:
        yield opened


@pytest.fixture(scope="module")
def known(client: TestClient, photographs: list[Path]) -> dict[str, str]:
    return api_schema.known(client, photographs)


@SCHEMA.parametrize()
def test_every_address_keeps_to_its_description(case: schemathesis.Case[Any], client: TestClient) -> None:
    case.validate_response(api_schema.answer(client, case), checks=[*api_schema.CHECKED, negative_data_rejection])


@SCHEMA.include(path_regex=api_schema.OF_WHAT_IS_THERE).parametrize()
def test_what_is_there_keeps_to_its_description(
    case: schemathesis.Case[Any], client: TestClient, known: dict[str, str]
) -> None:
    case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
    case.validate_response(api_schema.answer(client, case), checks=api_schema.CHECKED)
