from __future__ import annotations

import pytest

from melanoscope.report.left_alone import left_alone


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({}, ""),
        ({".dcm": 2, ".heic": 3}, "3 .heic, 2 .dcm: not read"),
        ({"": 1, ".txt": 1}, "1 .txt, 1 other: not read"),
        ({"": 2}, "2 others: not read"),
        ({f".{n}": n for n in range(1, 9)}, "8 .8, 7 .7, 6 .6, 5 .5, 4 .4, 3 .3, 3 others: not read"),
    ],
)
def test_the_most_frequent_kinds_are_named(others: dict[str, int], words: str) -> None:
    assert left_alone(others) == words
