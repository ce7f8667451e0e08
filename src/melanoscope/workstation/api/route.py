"""How every address of the API answers: strangers are told 401 first, and what is read has an ETag."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from melanoscope.workstation.api.conditions import includes, tag
from melanoscope.workstation.security.errors import NotLoggedIn
from melanoscope.workstation.security.roles import who

TABLE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
"""The `responses` of an endpoint that answers with a CSV table."""

PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
    409: {},
}
"""Of one that answers with a PDF, if nothing stands against it."""


class Route(APIRoute):
    """For `APIRouter(route_class=Route)`: FastAPI alone reads a request, and finds fault with it, before it asks whose
    it is.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            if await run_in_threadpool(who, request) is None:
                raise NotLoggedIn
            response = await handle(request)
            is_read = request.method == "GET" and response.status_code == 200
            return _tagged(request, response) if is_read and not isinstance(response, StreamingResponse) else response

        return answer


def _tagged(request: Request, response: Response) -> Response:
    response.headers["ETag"] = tag(bytes(response.body))
    if includes(request.headers.get("If-None-Match", ""), response.headers["ETag"]):
        return Response(status_code=304, headers={"ETag": response.headers["ETag"]})
    return response
