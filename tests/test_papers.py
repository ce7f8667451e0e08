"""Papers: answered from what was logged, visibly blank elsewhere, and about one bundle."""

import json
from pathlib import Path

import pytest

import toy_study
from melanoscope.console import DISCLAIMER
from melanoscope.errors import InputError
from melanoscope.evaluation.as_json import as_json
from melanoscope.evaluation.results import Study
from melanoscope.report.papers.log import FILE, Log
from melanoscope.report.papers.write import PAPERS, write


def evaluated(folder: Path, study: Study) -> Path:
    folder.mkdir()
    (folder / FILE).write_text(json.dumps(as_json(study), allow_nan=False))
    return folder


def test_each_paper_is_a_page_and_a_text_to_go_on_with(tmp_path: Path) -> None:
    answered = write(Log.read([evaluated(tmp_path / "toy", toy_study.study())]), tmp_path / "papers")
    for paper in PAPERS:
        for text in ((tmp_path / "papers" / f"{paper.key}{kind}").read_text() for kind in (".md", ".html")):
            assert paper.source in text and DISCLAIMER in text
        done, items = answered[paper.title]
        assert 0 < done < items


def test_figures_are_those_of_the_log(tmp_path: Path) -> None:
    study = toy_study.study()
    write(Log.read([evaluated(tmp_path / "toy", study)]), tmp_path / "papers")
    card = (tmp_path / "papers/model-card.md").read_text()
    assert f"melanoma AUC {study.evaluations[0].melanoma.auc.value:.3f}" in card
    assert all(missed.image_id in card for missed in (study.evaluations[0].clinic or pytest.fail()).missed[:20])


def test_what_nobody_measured_stays_blank(tmp_path: Path) -> None:
    write(Log.read([evaluated(tmp_path / "bare", toy_study.bare())]), tmp_path / "papers")
    rows = (tmp_path / "papers/model-card.md").read_text().splitlines()
    for item in ("Robustness", "Shortcuts", "Explanations", "Network", "Operating points", "Ethics"):
        assert next(row for row in rows if row.startswith(f"| {item} |")).endswith("| — |")


def test_a_stamp_stands_on_every_paper(tmp_path: Path) -> None:
    stamp = "Measured on photographs that the bundle was made with."
    write(Log.read([evaluated(tmp_path / "toy", toy_study.study(stamp))]), tmp_path / "papers")
    assert all(stamp in path.read_text() for path in (tmp_path / "papers").iterdir())


def test_a_paper_is_about_one_bundle(tmp_path: Path) -> None:
    folders = [evaluated(tmp_path / name, toy_study.study()) for name in ("a", "b")]
    values = json.loads((folders[1] / FILE).read_text())
    (folders[1] / FILE).write_text(json.dumps(values | {"bundle": {"model_sha256": "another"}}))
    with pytest.raises(InputError, match="several bundles"):
        Log.read(folders)


@pytest.mark.parametrize("content", [None, "{", "[]", '{"made": {}}'])
def test_what_is_no_evaluation_is_one_sentence(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_text(content)
    with pytest.raises(InputError, match=FILE):
        Log.read([tmp_path])
