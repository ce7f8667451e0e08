"""Conditional requests (RFC 9110, 13): a case is decided as it was read, and what did not change is not sent."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, TypeVar

from fastapi import Header, HTTPException, Response
from pydantic import TypeAdapter

T = TypeVar("T")

IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=1000)]

READ: dict[str, Any] = {
    name: {"description": description, "schema": {"type": "string"}}
    for name, description in (
        ("ETag", "Names what is answered, for `If-Match` and `If-None-Match`."),
        ("Content-Location", "Where it can be read again."),
    )
}
"""The headers of an answer from `as_read`."""


def tag(body: bytes) -> str:
    """The ETag of an answer: its own hash, so that whatever is read differently has another."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def tag_of(seen: Any) -> str:
    """The ETag that a GET of `seen`, a dataclass, is answered with."""
    return tag(TypeAdapter(type(seen)).dump_json(seen))


def as_read(response: Response, address: str, seen: T) -> T:
    """`seen` after a change, with the ETag that a GET of `address` is answered with."""
    response.headers["ETag"], response.headers["Content-Location"] = tag_of(seen), address
    return seen


def includes(condition: str, current: str) -> bool:
    """Whether If-Match or If-None-Match names the tag `current`; every tag of ours is a strong one."""
    named = {each.strip().removeprefix("W/") for each in condition.split(",")}
    return current in named or "*" in named


def require(condition: str | None, *seen: Any) -> None:
    """HTTPException where whoever wants to change something does not say what they have read, or it has changed since;
    `seen` is what it can be read as now.
    """
    if condition is None:
        raise HTTPException(428, "Get this first, and send its ETag as If-Match: nothing is changed unseen.")
    if not any(includes(condition, tag_of(each)) for each in seen):
        raise HTTPException(412, "This has changed since you read it, and nothing was done. Get it again.")
