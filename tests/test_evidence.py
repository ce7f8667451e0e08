from __future__ import annotations

import sys

import pytest

from melanoscope.errors import InputError
from melanoscope.report.evidence import LIBRARIES, evidence, refuse_without


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"The report needs matplotlib: pip install 'melanoscope\[evidence\]'"):
        with evidence("The report"):
            import matplotlib  # noqa: F401


@pytest.mark.parametrize("name", LIBRARIES)
def test_all_of_them_are_asked_for_before_a_long_work(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_without("An evaluation")
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=rf"An evaluation needs {name}: pip install 'melanoscope\[evidence\]'\."):
        refuse_without("An evaluation")
