from __future__ import annotations

from pathlib import Path

import pytest

from melanoscope.errors import InputError
from melanoscope.evaluation.study import Flow
from melanoscope.record import Record
from melanoscope.study.intake import CONFLICTS, NO_DIAGNOSIS
from melanoscope.study.join import NOT_IN_SOURCE, NOT_PREDICTED, join
from melanoscope.study.predictions import Answer, Predictions


def predictions(*names: str) -> Predictions:
    records = tuple(Record(Path(name), name, sex="female") for name in names)
    return Predictions("toy", "toy.csv", records, tuple(Answer(i / 10) for i in range(len(names))))


def table(folder: Path, *rows: str) -> Path:
    path = folder / "truth.csv"
    path.write_text("\n".join(["isic_id,diagnosis,age_approx,sex", *rows, ""]), encoding="utf-8")
    return path


def test_the_truth_of_a_table_needs_no_photographs(tmp_path: Path) -> None:
    source = table(tmp_path, "a,Melanoma,50,male", "b,Nevus,,", "c,scar,,", "d,Nevus,,")

    joined, flow = join(predictions("x", "c", "b", "a"), source)

    assert [(r.image_id, r.diagnosis and r.diagnosis.key) for r in joined.records] == [
        ("b", "nevus"),
        ("a", "melanoma"),
    ]
    assert [answer.melanoma for answer in joined.answers] == [0.2, 0.3]
    assert flow == Flow(5, ((NOT_IN_SOURCE, 1), (NOT_PREDICTED, 1), (CONFLICTS, 0), (NO_DIAGNOSIS, 1)))
    assert flow.judged == len(joined.records)


def test_the_source_is_believed_before_the_predictions(tmp_path: Path) -> None:
    joined, _ = join(predictions("a", "b"), table(tmp_path, "a,Melanoma,50,male", "b,Nevus,,"))

    assert [record.sex for record in joined.records] == ["male", "female"]


def test_a_photograph_in_two_classes_has_no_truth(tmp_path: Path, photographs: list[Path]) -> None:
    for name in ("melanoma", "nevus"):
        (tmp_path / name).mkdir()
        (tmp_path / name / photographs[0].name).symlink_to(photographs[0])
    (tmp_path / "nevus" / photographs[1].name).symlink_to(photographs[1])

    joined, flow = join(predictions(photographs[0].stem, photographs[1].stem), tmp_path)

    assert [record.image_id for record in joined.records] == [photographs[1].stem]
    assert (CONFLICTS, 1) in flow.left_out


@pytest.mark.parametrize(
    ("names", "sentence"),
    [(("x", "y"), "No photograph is both in toy.csv"), (("a", "a"), "toy.csv has 2 rows of a")],
)
def test_what_cannot_be_joined_is_one_sentence(tmp_path: Path, names: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        join(predictions(*names), table(tmp_path, "a,Melanoma,50,male"))
