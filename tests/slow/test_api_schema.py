"""Schemathesis at length: every boundary of every address, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient

import api_schema
import stores
from station_programs import program

SCHEMA = api_schema.schema(examples=50, coverage=True)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    database = "" if request.param == "sqlite" else stores.new_database(request.getfixturevalue("postgres_socket"))
    with program(tmp_path_factory.mktemp("schema"), database=database) as opened:
        yield opened


@pytest.fixture(scope="module")
def known(client: TestClient, photographs: list[Path]) -> dict[str, str]:
    return api_schema.known(client, photographs)


@SCHEMA.parametrize()
def test_every_address_keeps_to_its_description(case: schemathesis.Case[Any], client: TestClient) -> None:
    case.validate_response(api_schema.answer(client, case), checks=api_schema.CHECKED)


@SCHEMA.include(path_regex=api_schema.OF_WHAT_IS_THERE).parametrize()
def test_what_is_there_keeps_to_its_description(
    case: schemathesis.Case[Any], client: TestClient, known: dict[str, str]
) -> None:
    case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
    case.validate_response(api_schema.answer(client, case), checks=api_schema.CHECKED)
