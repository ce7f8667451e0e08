"""Papers: answered from what was logged, visibly blank elsewhere, and about one bundle."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import toy_study
from melanoscope.bundle import Bundle
from melanoscope.console import DISCLAIMER
from melanoscope.errors import InputError
from melanoscope.evaluation.as_json import as_json
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.study import Study
from melanoscope.report.papers.answer import Open
from melanoscope.report.papers.checklist import fill
from melanoscope.report.papers.findings import (
    cross_table,
    explanations,
    limitations,
    missed,
    performance,
    robustness,
    shortcuts,
)
from melanoscope.report.papers.log import FILE, Log
from melanoscope.report.papers.making import imbalance, partition
from melanoscope.report.papers.write import PAPERS, write


def evaluated(folder: Path, study: Study) -> Path:
    folder.mkdir(parents=True)
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


@pytest.mark.parametrize(
    ("recipe", "said"),
    [
        ({"balance": 0.5, "each_collection": True}, "within its collection, was drawn in proportion to c^0.5"),
        ({"balance": 1.0, "each_collection": False}, "A class of c photographs was drawn as often as any other"),
        ({"balance": 0.0, "at_least": 500}, "repeated up to 500"),
        ({"balance": 0.0, "at_least": 0}, "Not handled"),
    ],
)
def test_how_classes_were_drawn(recipe: dict[str, object], said: str) -> None:
    answer = imbalance(Log(({"bundle": {"recipe": recipe}},)))
    assert answer is not None and said in answer
    assert ("logit adjustment" in answer) == bool(recipe["balance"])


def test_what_nobody_measured_stays_blank(tmp_path: Path) -> None:
    write(Log.read([evaluated(tmp_path / "bare", toy_study.bare())]), tmp_path / "papers")
    rows = (tmp_path / "papers/model-card.md").read_text().splitlines()
    for item in ("Robustness", "Shortcuts", "Explanations", "Network", "Operating points", "Ethics"):
        assert next(row for row in rows if row.startswith(f"| {item} |")).endswith("| — |")


def few(melanomas: int = 1) -> Study:
    """Where hardly a melanoma was judged."""
    study = toy_study.study()
    return replace(study, evaluations=(replace(study.evaluations[0], melanomas=melanomas),))


def test_what_too_few_were_judged_for_is_said_and_does_not_count_as_answered(tmp_path: Path) -> None:
    many, one = (Log.read([evaluated(tmp_path / str(i), study)]) for i, study in enumerate((toy_study.study(), few())))
    sentence = "“drawn photographs”: 1 photograph of melanoma and 599 others, too few to say anything of melanoma."
    for answer in (performance, robustness, shortcuts):
        assert answer(one) == sentence and isinstance(answer(one), Open) and not isinstance(answer(many), Open)
    assert (limitations(one) or "").startswith(sentence) and not isinstance(limitations(one), Open)

    counts = [write(log, tmp_path / "papers")["TRIPOD+AI"][0] for log in (many, one)]
    assert counts[0] > counts[1]
    assert f"| — {sentence} |" in (tmp_path / "papers/tripod-ai.md").read_text()
    assert f"{sentence} For the authors to fill in" in (tmp_path / "papers/tripod-ai.html").read_text()


def test_the_model_card_tells_of_shortcuts_once(tmp_path: Path) -> None:
    log = Log.read([evaluated(tmp_path / "study", toy_study.study())])
    said = shortcuts(log)
    write(log, tmp_path / "papers")

    card = (tmp_path / "papers/model-card.md").read_text()
    assert said and card.count(said) == 1 and "| See the shortcuts above." in card
    assert said in (limitations(log) or "")


def test_a_probe_without_a_score_is_no_answer(tmp_path: Path) -> None:
    study = toy_study.study()
    undefined = Figure(float("nan"), float("nan"), float("nan"), 0, "too few lesions")
    border, *others = (replace(probe, melanoma_auc=undefined) for probe in study.shortcuts)
    none = Log.read([evaluated(tmp_path / "none", replace(study, shortcuts=(border, *others)))])
    some = Log.read([evaluated(tmp_path / "some", replace(study, shortcuts=(border, *study.shortcuts[1:])))])
    assert isinstance(shortcuts(none), Open) and not isinstance(shortcuts(some), Open)
    assert "the border alone (not defined: too few lesions)" in (shortcuts(some) or "")


def test_where_no_melanoma_was_judged_none_was_flagged_either(tmp_path: Path) -> None:
    for melanomas, said in ((0, "No melanoma was judged."), (1, "None: flagged were all 1.")):
        study = few(melanomas)
        clinic = replace(study.evaluations[0].clinic or pytest.fail(), missed=())
        study = replace(study, evaluations=(replace(study.evaluations[0], clinic=clinic),))
        assert missed(Log.read([evaluated(tmp_path / str(melanomas), study)])) == said


def test_two_evaluations_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    said = performance(Log.read([evaluated(tmp_path / name, toy_study.study()) for name in ("mild", "harsh")])) or ""
    assert f"“drawn photographs” in {tmp_path / 'mild'} (n = 600" in said
    assert f"“drawn photographs” in {tmp_path / 'harsh'} (n = 600" in said


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


def test_checklists_are_numbered_without_a_gap_or_a_double() -> None:
    whole = {"tripod-ai": (27, 52), "stard-ai": (40, 48), "clear-derm": (25, 25)}
    for paper in PAPERS[1:]:
        numbers = [item.number for section in paper.sections for item in section.items]
        last, rows = whole[paper.key]
        assert list(dict.fromkeys(int(number.rstrip("abcdefg")) for number in numbers)) == list(range(1, last + 1))
        assert len(numbers) == len(set(numbers)) == rows


def test_of_another_system_only_what_was_judged_is_said(tmp_path: Path) -> None:
    log = Log.read([evaluated(tmp_path / "theirs", toy_study.study())])
    for paper in PAPERS:
        said = " ".join(row.answer or "" for _, rows in fill(paper, log) for row in rows)
        assert "melanoma AUC" in said
        assert not any(ours in said for ours in ("pixels alone", "Dermatologists", "RETAKE, with advice", "SNOMED"))


def test_a_paper_says_that_the_parts_are_not_apart_where_they_are_not(tmp_path: Path, toy: Bundle) -> None:
    bundle = as_json(replace(toy.description, seen=(), head_weights=()))
    said = {}
    for stamp in ("", "Measured on photographs that the bundle was made with"):
        folder = evaluated(tmp_path / f"stamped {bool(stamp)}", toy_study.study(stamp))
        values = json.loads((folder / FILE).read_text())
        (folder / FILE).write_text(json.dumps(values | {"bundle": bundle}))
        said[stamp] = partition(Log.read([folder])) or ""
    apart, not_apart = said.values()
    assert "2 photographs that the bundle was made with were known and left out" in apart
    assert "NOT apart" in not_apart and "2 of its photographs" in not_apart


def test_figures_by_lesion_alone_are_said_to_be_so(tmp_path: Path) -> None:
    study = toy_study.study()
    folder = evaluated(tmp_path / "toy", replace(study, evaluations=study.evaluations[1:]))
    write(Log.read([folder]), tmp_path / "papers")
    assert "“drawn photographs”, by lesion (n = " in (tmp_path / "papers/model-card.md").read_text()


def test_the_cross_table_counts_what_the_shares_are_of() -> None:
    point = {"name": "ALERT", "sensitivity": {"value": 0.75, "n": 8}, "specificity": {"value": 0.9, "n": 50}}
    evaluation = {"level": "photograph", "source": "here", "melanoma": {"points": [point]}}
    log = Log(({"evaluations": [evaluation]},))
    assert cross_table(log) == "“here”, ALERT: 6 of 8 photographs of melanoma and 5 of 50 others."


def test_an_evaluation_that_lacks_a_figure_is_one_sentence(tmp_path: Path) -> None:
    folder = evaluated(tmp_path / "toy", toy_study.study())
    values = json.loads((folder / FILE).read_text())
    del values["evaluations"][0]["melanoma"]["auc"]
    (folder / FILE).write_text(json.dumps(values))
    with pytest.raises(InputError, match="toy: damaged, or of another version"):
        write(Log.read([folder]), tmp_path / "papers")


@pytest.mark.parametrize("content", [None, "{", "[]", '{"made": {}}'])
def test_what_is_no_evaluation_is_one_sentence(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_text(content)
    with pytest.raises(InputError, match=FILE):
        Log.read([tmp_path])


def test_what_the_bundle_scored_is_not_laid_to_small_classifiers(tmp_path: Path) -> None:
    border, *others = toy_study.study().shortcuts
    probes = (replace(border, seen="the bundle: no lesion", by_bundle=True), *others)
    said = shortcuts(Log.read([evaluated(tmp_path / "toy", replace(toy_study.study(), shortcuts=probes))])) or ""

    small, bundle = said.split(" Of the bundle itself")
    assert all(probe.seen in small for probe in others) and "the bundle" not in small
    assert "the bundle: no lesion 0.710" in bundle


def test_explanations_are_held_against_chance(tmp_path: Path) -> None:
    said = explanations(Log.read([evaluated(tmp_path / "toy", toy_study.study())])) or ""
    assert "deletion +0.150 (+0.120 to +0.180), insertion +0.020 (−0.010 to +0.050)" in said
