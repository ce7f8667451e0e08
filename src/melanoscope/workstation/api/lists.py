"""Long lists come in pages: `after` is where one begins, and `Link` says where the next one does (RFC 8288)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

After = Annotated[str | None, Query(max_length=500)]

LINK: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"Link": {"description": "The next page, `rel=next`.", "schema": {"type": "string"}}}}
}
"""The `responses` of an endpoint that answers with a page."""


def link_next(request: Request, response: Response, after: str | None) -> None:
    """Say where the list goes on, unless it ends."""
    if after is not None:
        following = request.url.include_query_params(after=after)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
