"""Fifty power cuts in the middle of uploads and scoring: nothing that was acknowledged is lost or done twice."""

from pathlib import Path

import pytest

import crashes
from melanoscope.workstation.settings import Settings


def test_a_server_killed_fifty_times_loses_and_doubles_nothing(tmp_path: Path, photographs: list[Path]) -> None:
    settings = Settings(tmp_path / "data")
    sent = crashes.marathon(settings, photographs, kills=50)
    assert len(sent.acknowledged) > 50
    crashes.check(settings, sent)


def test_on_postgresql_too(tmp_path: Path, photographs: list[Path], request: pytest.FixtureRequest) -> None:
    settings = Settings(tmp_path / "data", request.getfixturevalue("postgres_url"))
    crashes.check(settings, crashes.marathon(settings, photographs, kills=10))
