"""What a training takes: data sets are audited together, by the same references as `audit`, and no sample stays."""

from pathlib import Path

import pytest

import layout
from melanoscope.data.audit import audit
from melanoscope.data.readers import clean, read
from melanoscope.data.resolve import Reference
from melanoscope.training.source import trainable

ROOT = Path(__file__).parents[1]


@pytest.fixture
def made(tmp_path: Path, photographs: list[Path]) -> Path:
    layout.make(tmp_path, photographs)
    return tmp_path


def test_data_sets_give_what_their_audit_would(made: Path) -> None:
    references = [made / "reference.csv"]
    found = audit(read(made / "data"), [Reference.read(table) for table in references])
    clean.write(made / "clean.csv", found.clean.rows)
    assert trainable([made / "data"], references) == trainable([made / "clean.csv"])
    assert len(trainable([made / "data"])) != len(found.clean.rows)


def test_what_is_left_out_is_said(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left = audit(read(made / "data")).counts["excluded_files"]
    trainable([made / "data"])
    assert f"{left} of 13 files left out" in "".join(capsys.readouterr().err.split("\n"))


def test_no_sample_stays(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = trainable([made / "data", ROOT / "samples"])
    assert {record.image_id for record in records}.isdisjoint(p.stem for p in (ROOT / "samples").glob("*.jpg"))
    assert "24 photographs are among the samples" in capsys.readouterr().err
