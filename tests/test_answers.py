from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from melanoscope.bundle import Bundle
from melanoscope.data.fingerprint import fingerprint
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Prediction, Unreadable
from melanoscope.record import Record
from melanoscope.study.answers import NAME, ask
from melanoscope.study.predictions import Answer

Answers = tuple[Answer, ...]


class Counting(Predictor):
    """Counts what it is asked about, and is interrupted after `patience` photographs."""

    def __init__(self, bundle: Bundle, patience: int = 1000) -> None:
        super().__init__(bundle)
        self.asked = 0
        self._patience = patience

    def predict(
        self, paths: Iterable[Path], read: Callable[[Path], Path | bytes] = lambda path: path
    ) -> Iterator[Prediction | Unreadable]:
        for answer in super().predict(paths, read):
            if self.asked == self._patience:
                raise KeyboardInterrupt
            self.asked += 1
            yield answer


def told(predictor: Predictor, photographs: list[Path], folder: Path, resume: bool = False) -> Answers:
    records = [Record(path, path.stem) for path in photographs]
    return ask(predictor, records, [fingerprint(path) for path in photographs], folder / NAME, resume)


def test_answers_are_in_the_order_of_the_records(tmp_path: Path, toy: Bundle, photographs: list[Path]) -> None:
    answers = told(Predictor(toy), photographs[:6], tmp_path)

    assert told(Predictor(toy), photographs[:6][::-1], tmp_path) == answers[::-1]
    assert all(answer.scored and answer.outcome for answer in answers)


def test_an_interrupted_study_goes_on(tmp_path: Path, toy: Bundle, photographs: list[Path]) -> None:
    whole = told(Predictor(toy), photographs, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        told(Counting(toy, patience=20), photographs, tmp_path)
    with (tmp_path / NAME).open("a", encoding="utf-8") as journal:
        journal.write('{"sha256":"torn')

    rest = Counting(toy)

    assert told(rest, photographs, tmp_path, resume=True) == whole
    assert rest.asked == len(photographs) - 20


def test_without_resume_all_are_asked_again(tmp_path: Path, toy: Bundle, photographs: list[Path]) -> None:
    told(Predictor(toy), photographs[:4], tmp_path)
    again = Counting(toy)
    told(again, photographs[:4], tmp_path)

    assert again.asked == 4


def test_what_another_bundle_said_is_not_taken_over(tmp_path: Path, toy: Bundle, photographs: list[Path]) -> None:
    told(Predictor(toy), photographs[:4], tmp_path)
    other = Counting(toy)
    other.ensemble = replace(other.ensemble, digest="another")
    told(other, photographs[:4], tmp_path, resume=True)

    assert other.asked == 4


def test_two_files_of_one_content_have_one_answer(tmp_path: Path, toy: Bundle, photographs: list[Path]) -> None:
    first, second = told(Predictor(toy), [photographs[0]] * 2, tmp_path)

    assert first == second


def test_what_another_version_noted_is_asked_again(tmp_path: Path, toy: Bundle, photographs: list[Path]) -> None:
    told(Predictor(toy), photographs[:4], tmp_path)
    header, first, *rest = (tmp_path / NAME).read_text(encoding="utf-8").splitlines(keepends=True)
    older = [line.replace('"reason":', '"because":') for line in rest]
    (tmp_path / NAME).write_text("".join([header, first, *older]), encoding="utf-8")

    again = Counting(toy)
    told(again, photographs[:4], tmp_path, resume=True)

    assert again.asked == 3
