"""Tags and conditions."""

from __future__ import annotations

import pytest
from fastapi import HTTPException

from melanoscope.workstation.api.conditions import includes, require, tag, tag_of
from melanoscope.workstation.service.views import DiagnosisProbability

ONE, OTHER = DiagnosisProbability("melanoma", 0.5), DiagnosisProbability("melanoma", 0.25)


def test_a_tag_tells_answers_apart() -> None:
    assert tag_of(ONE) == tag(b'{"diagnosis":"melanoma","probability":0.5}') != tag_of(OTHER)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [('"a"', True), ('"b", "a"', True), ('W/"a"', True), ("*", True), ('"b"', False), ("a", False), ("", False)],
)
def test_a_condition_names_tags(condition: str, expected: bool) -> None:
    assert includes(condition, '"a"') is expected


@pytest.mark.parametrize(("condition", "status"), [(None, 428), (tag_of(OTHER), 412), ("rubbish", 412)])
def test_what_was_not_read_as_it_is_cannot_be_changed(condition: str | None, status: int) -> None:
    with pytest.raises(HTTPException) as caught:
        require(condition, ONE)
    assert caught.value.status_code == status


def test_what_was_read_as_it_is_can_be_changed() -> None:
    require(tag_of(ONE), ONE)
