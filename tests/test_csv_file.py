from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.data import csv_file
from melanoscope.errors import InputError

COLUMNS = ("path", "reason")
cells = st.one_of(
    st.binary(max_size=6).map(lambda name: os.fsdecode(name)),
    st.text(st.sampled_from("'=+-@\t\r\n\", a\udcff"), max_size=6),
)


@given(rows=st.lists(st.tuples(cells, cells), max_size=4))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    csv_file.write(path, COLUMNS, rows)

    assert csv_file.read(path) == [dict(zip(COLUMNS, row, strict=True)) for row in rows]


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-a", "@a", "\ta", "\ra", "'=a"])
def test_no_cell_is_a_formula(tmp_path: Path, cell: str) -> None:
    csv_file.write(tmp_path / "table.csv", COLUMNS, [(cell, "x=1")])

    with (tmp_path / "table.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file))[1] == [f"'{cell}", "x=1"]


def test_a_number_stays_one(tmp_path: Path) -> None:
    csv_file.write(tmp_path / "table.csv", COLUMNS, [(-1.5, -2), ("-1.5", None)])

    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == "path,reason\n-1.5,-2\n'-1.5,\n"
    assert [row["path"] for row in csv_file.read(tmp_path / "table.csv")] == ["-1.5", "-1.5"]


def test_a_name_that_is_no_utf_8_keeps_its_bytes(tmp_path: Path) -> None:
    csv_file.write(tmp_path / "table.csv", COLUMNS, [(Path(os.fsdecode(b"caf\xe9.jpg")), None)])

    assert (tmp_path / "table.csv").read_bytes() == b"path,reason\ncaf\xe9.jpg,\n"


def test_what_a_table_program_made_of_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"\xef\xbb\xbfpath,reason\r\na.jpg\r\n\r\n")

    assert csv_file.read(tmp_path / "table.csv") == [{"path": "a.jpg", "reason": ""}]


def test_what_is_no_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone.csv cannot be read as a CSV table"):
        csv_file.read(tmp_path / "gone.csv")
