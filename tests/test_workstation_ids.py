"""Names that nobody can guess."""

from __future__ import annotations

from melanoscope.workstation.ids import public_id


def test_an_id_is_no_option_and_no_formula() -> None:
    ids = {public_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert not [each for each in ids if not each[0].isalnum() and each[0] != "_"]
