from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import toy_study
from melanoscope.evaluation.results import Subgroup
from melanoscope.report import study_plots
from melanoscope.report.plots import WIDTH, canvas, stamp
from melanoscope.report.study_plots.confusion import confusion
from melanoscope.report.study_plots.roc import roc
from melanoscope.report.study_plots.shortcuts import shortcuts
from melanoscope.report.study_plots.stress import stress
from melanoscope.report.study_plots.subgroups import ROWS, subgroups


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plots")
    (folder / "melanoma-of-an-earlier-study.png").touch()
    study_plots.draw(toy_study.study(), folder)
    return folder


def test_every_part_of_a_study_is_drawn(drawn: Path) -> None:
    sections = {path.stem.split("-")[0] for path in drawn.iterdir()}
    assert sections == {
        "melanoma",
        "malignant",
        "classes",
        "coarser",
        "calibration",
        "subgroups",
        "stress",
        "shortcuts",
        "explanations",
    }


def test_plots_of_an_earlier_study_are_gone(drawn: Path) -> None:
    assert not (drawn / "melanoma-of-an-earlier-study.png").exists()


def test_the_same_study_gives_the_same_bytes(drawn: Path, tmp_path: Path) -> None:
    study_plots.draw(replace(toy_study.bare(), shortcuts=toy_study.study().shortcuts), tmp_path / "a")
    study_plots.draw(replace(toy_study.bare(), shortcuts=toy_study.study().shortcuts), tmp_path / "b")
    name = "shortcuts-probes.png"
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_stamp_is_in_the_picture_in_red(tmp_path: Path) -> None:
    study = toy_study.study()
    figure = roc(study.evaluations[0].melanoma)
    study_plots.put(figure, tmp_path / "stamped.png", "", toy_study.STAMP)
    pixels = np.asarray(Image.open(tmp_path / "stamped.png").convert("RGB")).astype(int)
    red = (pixels[..., 0] > 140) & (pixels[..., 1] < 40) & (pixels[..., 2] < 60)
    assert red[:120].sum() > 1000


def test_a_long_stamp_is_folded_into_the_plot() -> None:
    figure, _ = canvas(WIDTH, 3)
    stamp(figure, toy_study.STAMP * 2)
    suptitle = figure.get_suptitle()
    assert max(map(len, suptitle.splitlines())) <= 10 * WIDTH


def test_captions_hold_n(tmp_path: Path) -> None:
    plots = study_plots.draw(toy_study.study(), tmp_path)
    for section in ("melanoma", "malignant", "classes", "calibration", "stress", "shortcuts", "explanations"):
        assert all("n = " in plot.caption for plot in plots[section]), section


def test_a_class_without_photographs_has_no_share() -> None:
    classes = toy_study.study().evaluations[0].classes[0]
    emptied = classes.confusion.copy()
    emptied[0] = 0
    texts = [text.get_text() for text in confusion(replace(classes, confusion=emptied)).axes[0].texts]
    assert texts[:9] == ["·"] * 9


def test_forests_fit_a_page_of_paper() -> None:
    evaluation = toy_study.study().evaluations[0]
    row = evaluation.subgroups[0]
    many = tuple(replace(row, attribute=f"attribute {i // 8}", value=str(i)) for i in range(40))
    figures = subgroups(replace(evaluation, subgroups=many))
    assert [len(figure.axes[0].get_yticks()) for figure in figures] == [18, 18, 9]
    assert ROWS == 22


def test_too_few_is_hollow_and_undefined_is_said() -> None:
    evaluation = toy_study.study().evaluations[0]
    few: Subgroup = replace(evaluation.subgroups[0], too_few="only 3 melanomas")
    gone = replace(few, auc=toy_study.UNDEFINED)
    axes = subgroups(replace(evaluation, subgroups=(few, gone)))[0].axes[0]
    assert any(line.get_markerfacecolor() == "white" for line in axes.lines)
    assert [text.get_text() for text in axes.texts] == ["not defined"]


def test_a_probe_that_could_not_be_asked_is_drawn_as_such() -> None:
    study = toy_study.study()
    silent = replace(study.shortcuts[0], melanoma_auc=toy_study.UNDEFINED)
    axes = shortcuts((silent,), study.evaluations[0].melanoma.auc).axes[0]
    assert axes.texts[1].get_text() == "not defined"


def test_a_change_that_is_not_defined_is_drawn_as_such() -> None:
    test = replace(toy_study.study().stress[0], auc_change=toy_study.UNDEFINED)
    left, middle, _ = stress([test]).axes
    assert [text.get_text() for text in left.texts] == ["not defined"] and not middle.texts
