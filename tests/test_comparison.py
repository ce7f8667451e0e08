from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from melanoscope.bundle import Bundle
from melanoscope.errors import InputError
from melanoscope.study import prediction_table
from melanoscope.study.comparison import compare
from melanoscope.study.conduct import of_bundle
from melanoscope.study.settings import OnSeen, Probes, Settings

SOURCE = Path(__file__).parent / "data" / "photographs"


def theirs(folder: Path, name: str, photographs: list[Path], factor: float = 0.01) -> Path:
    rows = [f"{path.name},{(i + 1) * factor}" for i, path in enumerate(photographs)]
    path = folder / f"{name}.csv"
    path.write_text("\n".join(["image,MEL", *rows, ""]), encoding="utf-8")
    return path


def test_a_study_and_tables_are_compared_on_what_all_have_scored(
    toy: Bundle, tmp_path: Path, photographs: list[Path]
) -> None:
    of_bundle(toy, SOURCE, tmp_path / "ours", Settings(rounds=100), Probes(), OnSeen.REFUSE, resume=False)
    tables = [tmp_path / "ours", theirs(tmp_path, "theirs", photographs[:40])]

    compared = compare(tables, SOURCE, tmp_path / "out", "photograph", 100, 0)

    assert compared.n == 40
    assert [(system.name, system.left_out) for system in compared.systems] == [("ours", 8), ("theirs", 0)]
    assert (tmp_path / "out" / "comparison.html").exists()
    assert json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))["n"] == 40


def test_what_was_judged_on_its_own_training_photographs_stays_stamped(
    toy: Bundle, tmp_path: Path, photographs: list[Path]
) -> None:
    of_bundle(toy, SOURCE, tmp_path / "ours", Settings(rounds=20), Probes(), OnSeen.REFUSE, resume=False)
    kept = prediction_table.read(tmp_path / "ours")
    (tmp_path / "seen").mkdir()
    prediction_table.write(replace(kept, stamp="Seen"), tmp_path / "seen" / prediction_table.NAME)

    compared = compare([tmp_path / "ours", tmp_path / "seen"], None, tmp_path / "out", "photograph", 20, 0)

    assert [system.stamp for system in compared.systems] == ["", "Seen"]
    assert compared.stamp == "seen: Seen"
    written = json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))
    assert [system["stamp"] for system in written["systems"]] == ["", "Seen"]


def test_what_cannot_be_compared_is_one_sentence(tmp_path: Path, photographs: list[Path]) -> None:
    table = theirs(tmp_path, "theirs", photographs)
    for tables, sentence in (([table], "two systems or more"), ([table, tmp_path / "gone"], "does not exist")):
        with pytest.raises(InputError, match=sentence):
            compare(tables, SOURCE, tmp_path / "out", "photograph", 100, 0)
    with pytest.raises(InputError, match="has no column `truth`.*with --truth in `compare`"):
        compare([table, theirs(tmp_path, "more", photographs)], None, tmp_path / "out", "photograph", 100, 0)


def test_one_id_for_two_photographs_cannot_be_paired(tmp_path: Path, photographs: list[Path]) -> None:
    table = theirs(tmp_path, "theirs", photographs)
    both = tmp_path / "both.csv"
    both.write_text("path,MEL\na/1.jpg,0.1\nb/1.jpg,0.2\n", encoding="utf-8")

    with pytest.raises(InputError, match="both.csv has 2 rows of 1"):
        compare([table, both], SOURCE, tmp_path / "out", "photograph", 100, 0)


def test_how_a_merged_column_was_read_is_said_of_its_system(tmp_path: Path) -> None:
    tables = [tmp_path / "merged.csv", tmp_path / "plain.csv"]
    for table, other in zip(tables, ("AKIEC", "NV"), strict=True):
        rows = ("a,0.4,0.6,melanoma,1", "b,0.2,0.8,nevus,2", "c,0.1,0.9,nevus,2")
        table.write_text("\n".join([f"image,MEL,{other},truth,lesion_id", *rows, ""]), encoding="utf-8")

    compared = compare(tables, None, tmp_path / "out", "lesion", 100, 0)

    assert [note.split(":")[0] for note in compared.notes] == ["merged"]
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "merged: The system says AKIEC" in page
