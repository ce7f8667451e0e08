from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import melanoscope


@pytest.mark.parametrize("name", melanoscope.__all__)
def test_each_public_name_is_there_and_documented(name: str) -> None:
    found = getattr(melanoscope, name)

    assert name in dir(melanoscope)
    assert inspect.getdoc(found)
    if inspect.isfunction(found):
        assert "return" in found.__annotations__


def test_a_name_that_is_none_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'melanom'"):
        melanoscope.melanom  # noqa: B018


@pytest.mark.parametrize("line", ["import melanoscope", "from melanoscope import Record", "import melanoscope.cli"])
def test_nothing_heavy_is_loaded_before_it_is_needed(line: str) -> None:
    heavy = "{'torch', 'onnxruntime', 'matplotlib', 'sklearn', 'PIL', 'numpy'}"
    program = f"import sys; {line}; print(*{heavy} & set(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert loaded.split() == []
