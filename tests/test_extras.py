from __future__ import annotations

import sys
from pathlib import Path

import pytest

from melanoscope import extras
from melanoscope.errors import InputError
from melanoscope.extras import LIBRARIES, evidence, refuse_without

ROOT = Path(__file__).parent.parent


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"The report needs matplotlib: pip install .*\[evidence\]'\.$"):
        with evidence("The report"):
            import matplotlib  # noqa: F401


@pytest.mark.parametrize(("extra", "name"), [(extra, name) for extra in LIBRARIES for name in LIBRARIES[extra]])
def test_all_of_them_are_asked_for_before_a_long_work(extra: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_without(extra, "A long work")
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=rf"A long work needs {name}: pip install .*\[{extra}\]'\.$"):
        refuse_without(extra, "A long work")


def test_a_clone_installs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(InputError) as refused:
        refuse_without("serve", "The workstation")
    assert str(refused.value) == f"The workstation needs uvicorn: pip install -e '{ROOT}[serve]'."


def test_an_installed_package_goes_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(extras, "__file__", str(tmp_path / "lib" / "melanoscope" / "extras.py"))
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(InputError, match=r"pip install 'melanoscope\[serve\]'\.$"):
        refuse_without("serve", "The workstation")
