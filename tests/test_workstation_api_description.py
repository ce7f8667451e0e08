"""The description of the API: whole, exemplified, and what docs/api.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

import served
import station_programs
import stations
from melanoscope.workstation.api.routes import described
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role, Scope

ROOT = Path(__file__).parents[1]
SCHEMAS: dict[str, dict[str, Any]] = described()["components"]["schemas"]
OPERATIONS = [
    (method, path, operation) for path, methods in described()["paths"].items() for method, operation in methods.items()
]


def types() -> Iterator[str]:
    """Of all that a request brings or an answer is."""
    for _, _, operation in OPERATIONS:
        answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        for sent in (operation.get("requestBody", {}), *answers):
            for content in sent.get("content", {}).values():
                schema = content["schema"]
                named = schema.get("items", schema).get("$ref")
                if named:
                    yield named.rsplit("/", 1)[-1]


@pytest.mark.parametrize("name", sorted(set(types())))
def test_every_type_has_an_example_that_fits(name: str) -> None:
    example = SCHEMAS[name]["examples"][0]
    wanted = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    jsonschema_rs.validate(wanted, example)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_every_operation_explains_itself(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"] and operation["description"] and operation["tags"]
    assert all(each["description"] for each in operation.get("parameters", []))
    assert all(answer["description"] for answer in operation["responses"].values())


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)


HARMLESS = {
    "acknowledge_alerts": "the first one counts",
    "begin_second_factor": "it counts once a code was sent",
    "erase_patient": "then there is nobody of that id",
    "install_bundle": "it is known by its digest",
    "promote_bundle": "409, for it speaks already",
    "rescore_case": "409, for there is nothing to ask",
    "rescore_cases": "what waits is not asked for twice",
    "test_webhook": "a test",
}
"""What may be sent twice without a key, and why."""


def test_whatever_adds_or_signs_takes_an_idempotency_key() -> None:
    for method, _, operation in OPERATIONS:
        if method == "post":
            assert takes(operation, "Idempotency-Key") is not (operation["operationId"] in HARMLESS), operation


def test_whatever_replaces_what_can_be_read_takes_if_match() -> None:
    readable = {path for method, path, _ in OPERATIONS if method == "get"}
    for method, path, operation in OPERATIONS:
        if method == "put" and path in readable:
            assert takes(operation, "If-Match"), path


def takes(operation: dict[str, Any], header: str) -> bool:
    return any(each["name"] == header for each in operation.get("parameters", []))


def test_the_page_is_what_the_description_says() -> None:
    said = subprocess.run([sys.executable, ROOT / "scripts/api_page.py"], capture_output=True, check=True)
    assert said.stdout.decode() == (ROOT / "docs/api.md").read_text("utf-8"), "python scripts/api_page.py > docs/api.md"


def test_strangers_are_told_401_at_every_address(tmp_path: Path) -> None:
    with stations.station(tmp_path) as stranger:
        for method, path, _ in OPERATIONS:
            assert stranger.request(method, path.replace("{", "").replace("}", "")).status_code == 401, (method, path)


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_opens_what_its_scope_is_for(tmp_path: Path, scope: Scope) -> None:
    with station_programs.program(tmp_path, Role.ADMINISTRATOR, scope) as client:
        for method, path, operation in OPERATIONS:
            scopes: list[str] = next((each["token"] for each in operation["security"] if "token" in each), [])
            assert is_open(client, method, path) is (scope in scopes), (method, path)


def is_open(client: TestClient, method: str, path: str) -> bool:
    """Whether the program gets further than to being told that it may not."""
    return client.request(method, path.replace("{", "").replace("}", ""), json={}).status_code != 403


def examples() -> list[tuple[str, str]]:
    """The programs in the page, each with its language, in their order."""
    return re.findall(r"```(sh|python)\n(.*?)```", (ROOT / "docs/api.md").read_text("utf-8"), re.DOTALL)


def test_the_examples_run(tmp_path: Path, photographs: list[Path]) -> None:
    (tmp_path / "data").mkdir()
    store = Store(Settings(tmp_path / "data").url)
    token = station_programs.token(store, "ada", Role.READER)
    store.close()
    shutil.copy(photographs[0], tmp_path / "lesion.jpg")
    with served.serving(tmp_path / "data", 1) as (_, (address,)):
        environment = os.environ | {"MELANOSCOPE_SERVER": address, "MELANOSCOPE_TOKEN": token}
        for language, program in examples():
            command = ["bash", "-c", program] if language == "sh" else [sys.executable, "-c", program]
            said = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout == "signed by ada\n"
