from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from melanoscope.data.groups import distinct


def test_the_second_of_a_name_has_a_number() -> None:
    assert list(distinct(["1", "2", "1", "1"])) == ["1", "2", "1 (2)", "1 (3)"]


@given(st.lists(st.sampled_from(["1", "1 (2)", "1 (2) (2)", "1 (3)", "2"]), max_size=12))
def test_no_two_are_alike_and_the_first_of_a_name_bears_it(names: list[str]) -> None:
    found = list(distinct(names))
    assert len(set(found)) == len(names)
    assert all(own.startswith(name) for own, name in zip(found, names, strict=True))
    assert found[:1] == names[:1]
