"""The API's description (OpenAPI 3.1), made from its types; whatever every address does alike is added here once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

from melanoscope.workstation.api.conditions import READ
from melanoscope.workstation.security import csrf, roles, sessions
from melanoscope.workstation.store.words import Role, Scope

_HERE = Path(__file__).parent
GUIDE = _HERE / "guide.md"
EXAMPLES = _HERE / "examples.json"
"""An example of each type that a request brings or an answer is."""

PARAMETERS = _HERE / "parameters.json"
"""What each parameter means, by its name: the same wherever it stands."""

Document = dict[str, Any]

_TEXT = {"type": "string"}
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A program's token, with one of the scopes named."},
    "session": {"type": "apiKey", "in": "cookie", "name": sessions.COOKIE, "description": "A person's browser."},
    "page": {"type": "apiKey", "in": "header", "name": csrf.HEADER, "description": "Their page's CSRF token."},
}
_PROBLEM = {
    "type": "object",
    "description": "What is wrong with a request (RFC 9457); `detail` is one sentence for a person.",
    "required": ["type", "title", "status", "detail"],
    "properties": {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT},
    "examples": [
        {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing at this address."}
    ],
}
_MEANING = {
    400: "The form is broken.",
    401: "Nobody is logged in, or the token does not work.",
    403: "Your role, or the token's scope, is not enough.",
    404: "There is no such thing.",
    408: "The request came too slowly.",
    409: "It does not fit what has happened since.",
    412: "What you read has changed since; nothing was done.",
    413: "The request is too large.",
    422: "It makes no sense; `detail` says why.",
    428: "Send the ETag of what you read as `If-Match`.",
    429: "Too many requests at once; `Retry-After` says for how many seconds to wait.",
}
_SCHEMA = re.compile(r'"#/components/schemas/(\w+)"')


def _dependency(parameter: object) -> Callable[..., Any]:
    """What `security.roles` has FastAPI call for a parameter of that type."""
    called: Callable[..., Any] = get_args(parameter)[1].dependency
    return called


NEEDED: dict[Callable[..., Any] | None, tuple[Role, ...]] = {
    _dependency(roles.Anyone): tuple(Role),
    _dependency(roles.Reader): (Role.READER,),
    _dependency(roles.Signer): (Role.READER,),
    _dependency(roles.Uploader): (Role.UPLOADER,),
    _dependency(roles.Auditor): (Role.AUDITOR,),
    _dependency(roles.Administrator): (Role.ADMINISTRATOR,),
    _dependency(roles.FreshAdministrator): (Role.ADMINISTRATOR,),
    _dependency(roles.Person): (),
    _dependency(roles.Fresh): (),
}
"""The roles of which one is enough; none where a person must come."""


def describe(routes: list[BaseRoute]) -> Document:
    """Of all of `routes` that are meant to be described."""
    document = get_openapi(
        title="Melanoscope workstation", version="1", description=GUIDE.read_text("utf-8"), routes=routes
    )
    explained: dict[str, str] = json.loads(PARAMETERS.read_text("utf-8"))
    for context in iter_route_contexts(routes):
        if context.include_in_schema:
            for method in context.methods or ():
                _complete(document["paths"][context.path_format][method.lower()], context, method, explained)
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["schemas"] = {_named(name): schema for name, schema in schemas.items()}
    document["components"]["schemas"]["Problem"] = _PROBLEM
    for name, example in json.loads(EXAMPLES.read_text("utf-8")).items():
        document["components"]["schemas"][name]["examples"] = [example]
    document["components"]["securitySchemes"] = _SCHEMES
    renamed: Document = json.loads(
        _SCHEMA.sub(lambda found: f'"#/components/schemas/{_named(found[1])}"', json.dumps(document))
    )
    return renamed


def _named(schema: str) -> str:
    """What is seen of a case is a case, to whom nothing but that is shown; and a form has the name of its operation."""
    if schema.startswith("Body_"):
        return "".join(word.capitalize() for word in schema.removeprefix("Body_").split("_")) + "Form"
    return schema.removesuffix("View")


def _complete(operation: Document, context: RouteContext, method: str, explained: dict[str, str]) -> None:
    operation["summary"] = context.name.replace("_", " ").capitalize() if context.name else ""
    operation["security"] = _security(context.dependant, method)
    answers = operation["responses"]
    for status in _problems(operation, method):
        answers[str(status)] = {
            "description": _MEANING[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    parameters = operation.get("parameters", [])
    if method == "GET" and not _is_streamed(answers):
        parameters = [*parameters, {"name": "If-None-Match", "in": "header", "schema": _TEXT}]
        answers["200"].setdefault("headers", {})["ETag"] = READ["ETag"]
        answers["304"] = {"description": "It has not changed.", "headers": {"ETag": READ["ETag"]}}
    if parameters:
        operation["parameters"] = [{**each, "description": explained[each["name"]]} for each in parameters]
    operation["responses"] = dict(sorted(answers.items()))


def _problems(operation: Document, method: str) -> Iterator[int]:
    """What an operation can refuse, by what it takes."""
    yield from (401, 403, 429)
    taken = {(each["in"], each["name"]) for each in operation.get("parameters", [])}
    if any(place == "path" for place, _ in taken):
        yield 404
    if taken or "requestBody" in operation:
        yield 422
    if "requestBody" in operation:
        yield from (400, 408, 413)
    if method not in csrf.SAFE or "409" in operation["responses"]:
        yield 409
    if ("header", "If-Match") in taken:
        yield from (412, 428)


def _security(endpoint: Dependant, method: str) -> list[dict[str, list[str]]]:
    """Who may: a program whose token has one of the scopes, or a person, who proves that their own page has asked."""
    person: dict[str, list[str]] = {"session": []} if method in csrf.SAFE else {"session": [], "page": []}
    needed = next((NEEDED[each.call] for each in endpoint.dependencies if each.call in NEEDED), None)
    assert needed is not None, f"{endpoint.call} names no role"
    scopes = [s.value for s in Scope if any(s.covers(role, method in csrf.SAFE) for role in needed)]
    return [{"token": scopes}, person] if scopes else [person]


def _is_streamed(answers: Document) -> bool:
    """Tables and events are not held in memory, and have no hash."""
    return any(kind.startswith("text/") for kind in answers["200"].get("content", {}))
