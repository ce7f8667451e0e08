from __future__ import annotations

import csv
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from melanoscope import bundle as bundles
from melanoscope.bundle import Bundle, Seen
from melanoscope.data.fingerprint import fingerprint
from melanoscope.data.readers import clean, read
from melanoscope.data.readers.metadata import Metadata
from melanoscope.errors import InputError
from melanoscope.evaluation.study import Study
from melanoscope.study.conduct import of_bundle, of_predictions
from melanoscope.study.leaks import STAMP
from melanoscope.study.settings import OnSeen, Probes, Settings

SOURCE = Path(__file__).parent / "data" / "photographs"
QUICK = Settings(rounds=100)


def judged(bundle: Bundle, out: Path, settings: Settings = QUICK, on_seen: OnSeen = OnSeen.REFUSE) -> Study:
    return of_bundle(bundle, SOURCE, out, settings, Probes(), on_seen, resume=False)


def figures(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    return found


def theirs(into: Path, *rows: str) -> Path:
    path = into / "theirs.csv"
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def knowing(toy: Bundle, tmp_path_factory: pytest.TempPathFactory, photographs: list[Path]) -> Bundle:
    """The toy bundle, as if it had been made with the first three photographs."""
    copy = tmp_path_factory.mktemp("knowing") / "toy"
    shutil.copytree(toy.folder, copy)
    prints = [fingerprint(path) for path in photographs[:3]]
    seen = [Seen("x", each.sha256, f"{each.phash:016x}", None, each.signs) for each in prints]
    return bundles.save(copy, replace(toy.description, seen=tuple(seen)))


@pytest.fixture
def pageless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Studies without their report, which takes most of the time."""
    monkeypatch.setattr("melanoscope.report.study_page.write", lambda *_: None)


@pytest.fixture(scope="module")
def ours(toy: Bundle, tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Path]:
    """The study of the toy bundle on all photographs, and its folder."""
    out = tmp_path_factory.mktemp("ours")
    return judged(toy, out), out


def test_a_library_that_is_missing_is_said_before_any_photograph_is_asked(
    toy: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)

    with pytest.raises(InputError, match="An evaluation needs sklearn: pip install"):
        judged(toy, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_study_is_a_folder_with_everything(ours: tuple[Study, Path]) -> None:
    study, out = ours

    assert study.flow.judged == study.evaluations[0].n == 48
    assert study.evaluations[0].stamp == "" and not study.leaks
    for name in ("report.html", "report.pdf", "predictions.parquet", "model-card.html", "plots"):
        assert (out / name).exists()
    written = figures(out)
    assert written["bundle"]["seen"] == [] and written["bundle"]["name"] == "toy"
    assert "image size" in {each["attribute"] for each in written["evaluations"][0]["subgroups"]}
    assert not list(out.glob("*.part"))


@pytest.mark.usefixtures("pageless")
def test_the_saved_predictions_give_the_same_figures(ours: tuple[Study, Path], tmp_path: Path) -> None:
    of_predictions(ours[1], None, tmp_path, QUICK)

    assert figures(ours[1])["evaluations"] == figures(tmp_path)["evaluations"]


def test_photographs_that_the_bundle_was_made_with_are_refused_and_listed(
    knowing: Bundle, tmp_path: Path, photographs: list[Path]
) -> None:
    with pytest.raises(InputError, match=f"made with 3 of the 48 .*{photographs[0].stem}.* --drop-seen"):
        judged(knowing, tmp_path)

    with (tmp_path / "leaks.csv").open(encoding="utf-8") as file:
        assert [row["how"] for row in csv.DictReader(file)] == ["the same file"] * 3
    assert not (tmp_path / "evaluation.json").exists()


@pytest.mark.usefixtures("pageless")
def test_they_are_left_out_where_it_is_asked_for(knowing: Bundle, tmp_path: Path) -> None:
    study = judged(knowing, tmp_path, on_seen=OnSeen.DROP)

    assert study.evaluations[0].n == study.flow.judged == 45
    assert len(study.leaks) == 3
    assert study.evaluations[0].stamp == ""


def test_where_they_are_judged_all_the_same_the_stamp_stays(knowing: Bundle, tmp_path: Path) -> None:
    study = judged(knowing, tmp_path / "a", on_seen=OnSeen.ALLOW)
    again = of_predictions(tmp_path / "a", None, tmp_path / "b", QUICK)

    assert study.evaluations[0].n == 48
    assert {each.stamp for each in (*study.evaluations, *again.evaluations)} == {STAMP}
    assert STAMP in (tmp_path / "b" / "report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("pageless")
def test_one_part_of_a_source_is_judged_alone(toy: Bundle, tmp_path: Path) -> None:
    parts = tmp_path / "divided.csv"
    rows = read(SOURCE)
    clean.write(parts, [replace(r, published_split=("train", "test")[i % 3 == 0]) for i, r in enumerate(rows)])

    study = of_bundle(toy, parts, tmp_path / "out", replace(QUICK, split="test"), Probes(), OnSeen.REFUSE, resume=False)

    assert study.flow.came == 16
    assert study.evaluations[0].source.endswith("divided.csv, test part")
    with pytest.raises(InputError, match="puts no photograph into validation"):
        of_bundle(toy, parts, tmp_path, replace(QUICK, split="validation"), Probes(), OnSeen.REFUSE, resume=False)


@pytest.mark.usefixtures("pageless")
def test_an_unreadable_photograph_is_counted_and_kept_in_the_predictions(toy: Bundle, tmp_path: Path) -> None:
    (tmp_path / "data" / "nevus").mkdir(parents=True)
    (tmp_path / "data" / "melanoma").mkdir()
    (tmp_path / "data" / "nevus" / "empty.jpg").touch()
    for kind, name in (("nevus", "ISIC_0000021.jpg"), ("melanoma", "ISIC_0000141.jpg")):
        shutil.copy(SOURCE / name, tmp_path / "data" / kind)

    study = of_bundle(toy, tmp_path / "data", tmp_path / "a", QUICK, Probes(), OnSeen.REFUSE, resume=False)
    again = of_predictions(tmp_path / "a", None, tmp_path / "b", QUICK)

    assert ("unreadable", 1) in study.flow.left_out
    assert (again.flow.came, again.flow.judged) == (3, 2)


@pytest.mark.usefixtures("pageless")
def test_metadata_gives_levels_and_subgroups(toy: Bundle, tmp_path: Path, photographs: list[Path]) -> None:
    rows = [
        f"{path.stem},P{i // 2},{'male' if i % 2 else 'female'},{'II' if i < 9 else 'V'}"
        for i, path in enumerate(photographs)
    ]
    known = Metadata.read(theirs(tmp_path, "isic_id,patient_id,sex,skin_type", *rows))

    study = judged(toy, tmp_path / "out", Settings(rounds=100, tables=(known,)))

    assert [(each.level, each.n) for each in study.evaluations] == [("photograph", 48), ("patient", 24)]
    assert {"sex", "skin tone"} <= {each.attribute for each in study.evaluations[0].subgroups}


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (["a,0.3,nevus"], "one photograph"),
        (["a,0.3,nevus", "b,0.4,nevus"], "no melanoma"),
        (["a,0.3,melanoma", "b,0.4,melanoma"], "melanomas only"),
        (["a,0.3,nevus", "b,0.3,melanoma", "c,0.3,nevus"], "equal scores"),
        (["a,nan,nevus", "b,0.3,melanoma", "c,0.2,nevus"], "a score that is nan"),
    ],
)
def test_what_cannot_be_measured_is_nan_with_a_reason(tmp_path: Path, rows: list[str], why: str) -> None:
    study = of_predictions(theirs(tmp_path, "image,MEL,truth", *rows), None, tmp_path / why, QUICK)

    auc = study.evaluations[0].melanoma.auc
    assert auc.low == auc.low or auc.why
    assert study.flow.judged == study.evaluations[0].n
    assert (tmp_path / why / "report.html").exists()


@pytest.mark.usefixtures("pageless")
def test_a_melanoma_without_a_score_is_named(tmp_path: Path) -> None:
    rows = ["image,MEL,truth", "a,nan,melanoma", "b,0.3,melanoma", "c,,nevus", "d,0.2,nevus"]

    flow = of_predictions(theirs(tmp_path, *rows), None, tmp_path / "out", QUICK).flow

    assert flow.left_out[-1] == ("without a score from the system, among them the melanomas a", 2)
    assert (flow.came, flow.judged) == (4, 2)


@pytest.mark.usefixtures("pageless")
def test_an_unreadable_melanoma_is_counted_and_named_once(toy: Bundle, tmp_path: Path) -> None:
    source = tmp_path / "data" / "melanoma"
    source.mkdir(parents=True)
    (source / "empty.jpg").touch()
    shutil.copy(SOURCE / "ISIC_0000141.jpg", source)

    flow = of_bundle(toy, tmp_path / "data", tmp_path / "out", QUICK, Probes(), OnSeen.REFUSE, resume=False).flow

    assert [step for step in flow.left_out if step[1]] == [("unreadable, among them the melanomas empty", 1)]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["image,MEL", "a,0.3"], "has no column `truth`"),
        (["image,MEL,truth", "a,nan,nevus"], "no photograph is left to judge"),
        (["image,MEL,truth", "a,nan,melanoma"], "among them the melanomas a"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(tmp_path: Path, rows: list[str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        of_predictions(theirs(tmp_path, *rows), None, tmp_path / "out", QUICK)


@pytest.mark.usefixtures("pageless")
def test_another_systems_table_is_judged_by_a_data_sets_truth(tmp_path: Path, photographs: list[Path]) -> None:
    rows = [f"{path.name},{(i + 1) / 100}" for i, path in enumerate(photographs)]

    study = of_predictions(theirs(tmp_path, "image,MEL", *rows, "ISIC_9999999,0.1"), SOURCE, tmp_path / "out", QUICK)

    assert (study.flow.came, study.flow.judged) == (49, 48)
    assert study.bundle is None and study.evaluations[0].system == "theirs"


@pytest.mark.usefixtures("pageless")
def test_merged_classes_are_noted(tmp_path: Path) -> None:
    rows = ["image,MEL,NV,BKL,truth", "a,0.2,0.3,0.5,bkl", "b,0.6,0.3,0.1,mel"]

    notes = of_predictions(theirs(tmp_path, *rows), None, tmp_path / "out", QUICK).evaluations[0].notes

    assert any("BKL" in note for note in notes)
