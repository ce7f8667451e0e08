from __future__ import annotations

import pytest

from melanoscope.console import say, stderr


def test_a_sentence_is_said_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    path = f"[red]a[/b]{'long' * 100}"
    say(path)
    say(path, stderr, style="bold")

    assert capsys.readouterr() == (f"{path}\n", f"{path}\n")
