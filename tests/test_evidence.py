from __future__ import annotations

import sys

import pytest

from melanoscope.errors import InputError
from melanoscope.report.evidence import evidence


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"The report needs matplotlib: pip install melanoscope\[evidence\]"):
        with evidence("The report"):
            import matplotlib  # noqa: F401
