"""Photographs over the API."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from station_programs import add, program


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with program(tmp_path) as opened:
        yield opened


def photograph(client: TestClient, path: Path, **about: str) -> str:
    """The address of a new case's photograph."""
    case = client.get(add(client, path, **about)).json()
    return f"/api/v1/photographs/{case['photographs'][0]['id']}"


def test_a_photograph_its_thumbnail_and_its_map_are_pictures(client: TestClient, photographs: list[Path]) -> None:
    address = photograph(client, photographs[0])
    for what, kind in (("", "JPEG"), ("/thumbnail", "JPEG"), ("/activation-map", "PNG")):
        assert Image.open(BytesIO(client.get(address + what).content)).format == kind


def test_a_picture_that_has_not_changed_is_not_sent_again(client: TestClient, photographs: list[Path]) -> None:
    address = photograph(client, photographs[0])
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_a_scale_is_noted(client: TestClient, photographs: list[Path]) -> None:
    address = photograph(client, photographs[0])
    case = client.put(f"{address}/scale", json={"longer_side_mm": 20}).json()
    shown = case["photographs"][0]
    assert shown["pixel_mm"] == pytest.approx(20 / max(shown["width"], shown["height"]))
    assert client.put(f"{address}/scale", json={"longer_side_mm": 0}).status_code == 422


def test_change_is_measured_between_photographs_of_one_lesion_only(client: TestClient, photographs: list[Path]) -> None:
    case = client.get(add(client, photographs[0], photographs[1])).json()
    first, second = (each["id"] for each in case["photographs"])
    other = photograph(client, photographs[2]).rsplit("/", 1)[-1]
    assert client.get(f"/api/v1/photographs/{second}/change", params={"earlier_id": first}).status_code == 200
    assert client.get(f"/api/v1/photographs/{second}/change", params={"earlier_id": other}).status_code == 404


@pytest.mark.parametrize("what", ["", "/thumbnail", "/activation-map", "/change?earlier_id=nothing"])
def test_what_is_not_there_is_a_problem(client: TestClient, what: str) -> None:
    answer = client.get(f"/api/v1/photographs/nothing{what}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
