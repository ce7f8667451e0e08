from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import layout
from melanoscope.data import read
from melanoscope.data.audit import Audit, audit
from melanoscope.data.resolve import Reference
from melanoscope.report import audit_page, audit_words


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, photographs: list[Path]) -> Audit:
    folder = tmp_path_factory.mktemp("page")
    layout.make(folder, photographs)
    return audit(read(folder / "data"), [Reference.read(folder / "reference.csv")])


def test_every_kind_of_finding_is_shown(found: Audit) -> None:
    page = audit_page.audit_page(found)
    for title, _, choose in audit_page._GROUPS:
        assert (title in page) == bool(choose(found))
    assert "Contradicted by a reference" in page
    assert "reference.csv says melanoma" in page
    assert "the file is empty" in page


def test_pairs_stand_side_by_side(found: Audit) -> None:
    conflict = audit_page.audit_page(found).split("One photograph, several diagnoses")[1].split("</section>")[0]
    assert conflict.count("data:image/jpeg;base64,") == 4
    assert "2 of 2 shown" in conflict


def test_the_page_needs_no_network(found: Audit) -> None:
    page = audit_page.audit_page(found)
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", page)
    assert "Research use only" in page


def test_long_sections_say_how_much_is_shown(found: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "SHOWN", 1)
    assert "1 of 2 shown" in audit_page.audit_page(found)


def test_a_photograph_that_has_gone_leaves_its_finding(found: Audit) -> None:
    gone = found.identical[0].records[0].path
    content = gone.read_bytes()
    gone.unlink()
    try:
        assert "can no longer be read" in audit_page.audit_page(found)
    finally:
        gone.write_bytes(content)


def test_every_count_is_explained(found: Audit) -> None:
    assert list(audit_words.MEANINGS) == list(found.counts)
    assert found.counts.keys() >= audit_words.FAULTS


def test_the_conclusion_names_what_matters(found: Audit) -> None:
    sentence = audit_words.conclusion(found)
    assert "Of 13 files, 5 photographs with a diagnosis that can be believed remain" in sentence
    assert "2 photographs stood in several classes at once" in sentence
    assert "contradict the diagnosis of 1 file." in sentence
    assert "too good" in sentence
    assert "No photograph remains of actinic keratosis" in sentence


def test_the_conclusion_of_a_sound_data_set(photographs: list[Path]) -> None:
    sentence = audit_words.conclusion(audit(read(photographs[0].parent)))
    assert "No published diagnosis is contradicted." in sentence
    assert "No photograph or known lesion was published both for training and" in sentence


def test_a_relative_and_an_absolute_source_have_one_page(
    photographs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, path in zip(("here", "there"), photographs, strict=False):
        (tmp_path / name).mkdir()
        shutil.copy(path, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert audit_page.audit_page(audit([*read(Path("here")), *read(tmp_path / "there")]))


def test_nothing_remains(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").touch()
    found = audit(read(tmp_path))
    assert "No class remains" in audit_words.conclusion(found)
    assert "Too few classes" in audit_page.audit_page(found)
