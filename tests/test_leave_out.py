"""Leaving a collection out: nothing of it, nor of its lesions, is fitted or chosen on."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from melanoscope.cli import cli
from melanoscope.data.readers import clean, read
from melanoscope.errors import InputError
from melanoscope.record import Record
from melanoscope.training.leave_out import left_out

TESTS = Path(__file__).parent


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Real photographs of two collections, some of `north` read from `south`, lesions of two photographs each."""
    found = sorted(read(TESTS / "data/photographs"), key=lambda record: record.image_id)
    return [
        replace(r, collection=("north", "south")[i > 9], source="north" if i in (12, 13) else None, group=f"g{i // 3}")
        for i, r in enumerate(found)
    ]


def test_all_of_the_collection_is_judged_and_none_of_its_lesions_is_fitted(records: list[Record]) -> None:
    divided = left_out(records, "north", seed=0)

    assert set(divided.test) == {r for r in records if "north" in (r.collection, r.source)}
    used = {r.unit for r in (*divided.train, *divided.validation)}
    assert used and not used & {r.unit for r in divided.test}
    assert not {r.unit for r in divided.train} & {r.unit for r in divided.validation}


@pytest.mark.parametrize("published", ["test", "validation"])
def test_photographs_published_for_judging_and_their_lesions_are_on_no_side(
    records: list[Record], published: str
) -> None:
    marked = [replace(r, published_split=published if i < 2 else None) for i, r in enumerate(records)]
    divided = left_out(marked, "north", seed=0)

    assert not {"g0"} & {r.unit for r in (*divided.train, *divided.validation)}
    assert not set(marked[:2]) & set(divided.test)


@pytest.mark.parametrize("name", ["west", "south"])
def test_what_leaves_nothing_is_one_sentence(records: list[Record], name: str) -> None:
    alone = [replace(r, collection="south", source=None) for r in records]
    with pytest.raises(InputError, match="leaves nothing to judge or to fit: give one of south"):
        left_out(alone, name, seed=0)


def test_the_answers_are_a_table_that_evaluate_takes(records: list[Record], tmp_path: Path) -> None:
    table, tiny, out = tmp_path / "clean.csv", TESTS / "data/recipes/tiny.toml", tmp_path / "out"
    clean.write(table, records)

    trained = CliRunner().invoke(
        cli, ["train", str(table), "--recipe", str(tiny), "--leave-out", "north", "--out", str(out)]
    )

    assert trained.exit_code == 0, trained.output
    judged = read_answers(out / "tiny-without-north-seed-0.parquet")
    assert judged == {r.image_id for r in records if "north" in (r.collection, r.source)}


def read_answers(path: Path) -> set[str]:
    from melanoscope.study import prediction_table

    return {record.image_id for record in prediction_table.read(path).records}
