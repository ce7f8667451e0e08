"""The description of a data set, as a user sees it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from melanoscope.cli import cli
from melanoscope.data import read
from melanoscope.data.describe import summarise
from melanoscope.errors import InputError
from melanoscope.report import data_set

PHOTOGRAPHS = Path(__file__).parent / "data" / "photographs"


def test_the_command_shows_every_class_and_says_the_empty_ones() -> None:
    done = CliRunner().invoke(cli, ["data", str(PHOTOGRAPHS)])
    assert done.exit_code == 0
    assert "Dermatofibroma" in done.stdout
    assert "Empty: actinic_keratosis, basal_cell_carcinoma, dermatofibroma" in done.stdout
    assert "Licences: CC0-1.0 (48)." in done.stdout
    assert CliRunner().invoke(cli, ["data", "describe", str(PHOTOGRAPHS)]).stdout == done.stdout


def test_the_command_takes_several_sources_and_writes_into_a_folder(tmp_path: Path) -> None:
    shutil.copytree(PHOTOGRAPHS, tmp_path / "again")
    out = tmp_path / "new" / "out"
    done = CliRunner().invoke(cli, ["data", "--out", str(out), str(PHOTOGRAPHS), str(tmp_path / "again")])
    assert done.exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["class_balance.png", "contact_sheet.png", "summary.json"]
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["photographs"] == 96
    assert len(summary["classes"]) == 9
    for name in ("class_balance.png", "contact_sheet.png"):
        with Image.open(out / name) as image:
            assert min(image.size) > 400


def test_the_contact_sheet_passes_over_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "nevus").mkdir()
    (tmp_path / "nevus" / "a.jpg").write_bytes(b"")
    records = read(tmp_path)
    data_set.write(summarise(records), records, tmp_path / "out")
    assert (tmp_path / "out" / "contact_sheet.png").is_file()


def test_plots_without_matplotlib_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = read(PHOTOGRAPHS)
    monkeypatch.setitem(sys.modules, "melanoscope.report.data_set_plots", None)
    monkeypatch.delattr("melanoscope.report.data_set_plots", raising=False)
    with pytest.raises(InputError, match=r"pip install .*\[evidence\]"):
        data_set.write(summarise(records), records, tmp_path)
