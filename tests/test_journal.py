from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.errors import InputError
from melanoscope.prediction import Prediction, QualityIssue, Unreadable
from melanoscope.triage.inputs import Stamp
from melanoscope.triage.journal import NAME, Journal
from said import of, said

PATH = Path("a.jpg")
STAMP = Stamp(10, 20)


@contextmanager
def journal(folder: Path, bundle: str = "sha", resume: bool = True) -> Iterator[Journal]:
    with closing(Journal(folder, bundle, resume)) as opened:
        yield opened


def prediction(path: Path = PATH) -> Prediction:
    saliency = np.array([[0, 0.5], [1, 0.25]], np.float32)
    issue = QualityIssue("blur", "Hold still.", refuses=True)
    values = np.array([1 / 3, 2 / 3, *[0] * 7])
    return of(values, path, outlyingness=0.25, quality=(issue,), saliency=saliency)


def test_what_is_added_is_there_after_it_is_opened_again(tmp_path: Path) -> None:
    with journal(tmp_path) as written:
        written.add(prediction(), STAMP, "content")
        written.add(Unreadable(Path("b.jpg"), "the file is empty"), STAMP, "content")

    with journal(tmp_path) as read:
        said = read.answer(PATH)
        assert isinstance(said, Prediction) and said.saliency is not None
        assert said.probabilities[:2].tolist() == [1 / 3, 2 / 3]
        assert (said.diagnosis, said.possible) == (prediction().diagnosis, prediction().possible)
        assert (said.outlyingness, said.quality) == (0.25, prediction().quality)
        np.testing.assert_allclose(said.saliency, [[0, 0.5], [1, 0.25]], atol=1 / 255)
        assert read.answer(Path("b.jpg")) == Unreadable(Path("b.jpg"), "the file is empty")
        assert read.photographs() == {PATH: STAMP, Path("b.jpg"): STAMP}
        assert read.content(PATH) == "content"


@given(st.floats(0, 1), st.floats(0, 5))
def test_what_stands_at_a_threshold_stays_there(
    tmp_path_factory: pytest.TempPathFactory, melanoma: float, outlyingness: float
) -> None:
    """A threshold is some photograph's own probability: rounded, that melanoma would be ROUTINE."""
    with journal(tmp_path_factory.mktemp("journal"), resume=False) as opened:
        opened.add(said("a.jpg", melanoma=melanoma, outlyingness=outlyingness), STAMP, "content")
        again = opened.answer(PATH)

    assert isinstance(again, Prediction)
    assert (again.melanoma, again.outlyingness) == (melanoma, outlyingness)


def test_a_file_that_changed_is_not_finished(tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        opened.add(prediction(), STAMP, "content")

        assert opened.has(PATH, STAMP)
        assert not opened.has(PATH, Stamp(11, 20))
        assert not opened.has(Path("b.jpg"), STAMP)


def test_the_last_that_was_said_of_a_file_counts(tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        opened.add(prediction(), STAMP, "content")
        opened.add(Unreadable(PATH, "the file is empty"), Stamp(0, 30), "content")

    with journal(tmp_path) as read:
        assert read.answer(PATH) == Unreadable(PATH, "the file is empty")


@pytest.mark.parametrize("resume, bundle", [(False, "sha"), (True, "another")])
def test_without_resume_or_with_another_bundle_it_begins_afresh(tmp_path: Path, resume: bool, bundle: str) -> None:
    with journal(tmp_path) as opened:
        opened.add(prediction(), STAMP, "content")

    with journal(tmp_path, bundle, resume) as read:
        assert not read.has(PATH, STAMP)


def test_cut_at_any_byte_it_keeps_the_whole_lines_and_goes_on(tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        opened.add(prediction(), STAMP, "content")
        opened.add(prediction(Path("b.jpg")), STAMP, "content")
    whole = (tmp_path / NAME).read_bytes()

    for length in range(len(whole) + 1):
        (tmp_path / NAME).write_bytes(whole[:length])
        with journal(tmp_path) as read:
            for path in (PATH, Path("b.jpg")):
                if not read.has(path, STAMP):
                    read.add(prediction(path), STAMP, "content")
        assert (tmp_path / NAME).read_bytes() == whole


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks there")
def test_two_at_once_are_refused(tmp_path: Path) -> None:
    with journal(tmp_path) as first:
        first.add(prediction(), STAMP, "content")
        with pytest.raises(InputError, match="another triage writes there"):
            Journal(tmp_path, "sha", resume=False)

    with journal(tmp_path) as second:
        assert second.has(PATH, STAMP)


def test_a_name_that_is_no_utf8_survives(tmp_path: Path) -> None:
    odd = Path("\udcff.jpg")
    with journal(tmp_path) as opened:
        opened.add(prediction(odd), STAMP, "content")

    with journal(tmp_path) as read:
        assert read.has(odd, STAMP)
