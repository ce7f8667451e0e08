"""Power cuts: what was acknowledged is there, and scored exactly once. `tests/slow` has fifty of them."""

from __future__ import annotations

from pathlib import Path

import crashes
from melanoscope.workstation.settings import Settings


def test_a_server_killed_three_times_loses_and_doubles_nothing(tmp_path: Path, photographs: list[Path]) -> None:
    settings = Settings(tmp_path / "data")
    crashes.check(settings, crashes.marathon(settings, photographs, kills=3, hurry=True))
