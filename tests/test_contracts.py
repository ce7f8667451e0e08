"""The import contracts of pyproject.toml forget no room."""

from __future__ import annotations

import tomllib
from pathlib import Path

import melanoscope

ROOT = Path(__file__).parent.parent
OF_TORCH = {"cli", "ladder", "training"}


def test_every_room_but_those_of_torch_is_kept_from_it() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "forbidden")
    package = Path(melanoscope.__file__).parent
    rooms = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}

    assert set(contract["source_modules"]) == {f"melanoscope.{room}" for room in rooms - OF_TORCH - {"__init__"}}


def test_no_room_is_without_its_place_in_the_layers() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = [each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers"]

    assert all(contract["exhaustive"] for contract in contracts)
