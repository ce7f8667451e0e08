from __future__ import annotations

from pathlib import Path

import pytest

from melanoscope.errors import InputError
from melanoscope.triage.told import NAME, Told

PATH = Path("\udcff.jpg")


def test_it_remembers_which_channel_was_told_of_which_photograph(tmp_path: Path) -> None:
    told = Told(tmp_path)
    assert not told.has("1", "webhook")
    told.note("1", "webhook", PATH)

    for known in (told, Told(tmp_path)):
        assert known.has("1", "webhook")
        assert not known.has("1", "command")
        assert not known.has("2", "webhook")


def test_cut_at_any_byte_it_keeps_the_whole_lines_and_goes_on(tmp_path: Path) -> None:
    for content in ("1", "2"):
        Told(tmp_path).note(content, "webhook", PATH)
    whole = (tmp_path / NAME).read_bytes()

    for length in range(len(whole) + 1):
        (tmp_path / NAME).write_bytes(whole[:length])
        told = Told(tmp_path)
        for content in ("1", "2"):
            if not told.has(content, "webhook"):
                told.note(content, "webhook", PATH)
        assert (tmp_path / NAME).read_bytes() == whole


@pytest.mark.parametrize("line", ["no JSON", "[1]", "{}"])
def test_a_damaged_line_is_said_for_nobody_knows_who_was_told(tmp_path: Path, line: str) -> None:
    (tmp_path / NAME).write_text(f"{line}\n")

    with pytest.raises(InputError, match=r"told\.jsonl is damaged"):
        Told(tmp_path)
