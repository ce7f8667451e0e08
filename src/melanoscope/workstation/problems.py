"""What is wrong with a request, said to people as a page and to programs as problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from melanoscope.errors import InputError
from melanoscope.workstation.security.errors import ConfirmFirst, Forbidden, NotLoggedIn
from melanoscope.workstation.security.logins import Login
from melanoscope.workstation.service.errors import Conflict, Gone, Invalid, NotFound
from melanoscope.workstation.web.i18n import SOURCE, preferred
from melanoscope.workstation.web.problem import problem_page
from melanoscope.workstation.web.sentences import said

API = "/api/"
_STATUS: dict[type[Exception], HTTPStatus] = {
    NotLoggedIn: HTTPStatus.UNAUTHORIZED,
    ConfirmFirst: HTTPStatus.FORBIDDEN,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Gone: HTTPStatus.GONE,
    Conflict: HTTPStatus.CONFLICT,
    StaleDataError: HTTPStatus.CONFLICT,
    IntegrityError: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    DataError: HTTPStatus.UNPROCESSABLE_ENTITY,
    Exception: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_SAID = {
    NotLoggedIn: "Log in first.",
    ConfirmFirst: "Type your password again first, at /confirm: this is dangerous, and your login is not fresh.",
    NotFound: "There is nothing at this address.",
    StaleDataError: "Somebody else has changed this meanwhile. Load it again.",
    DataError: "No database can hold this, such as a NUL character or so large a number. Leave it out.",
    IntegrityError: "Somebody else has just done the same. Try again.",
    Exception: "Something went wrong on our side. It has been logged.",
}
"""What is said where the exception itself says nothing for people."""


def install(app: FastAPI) -> None:
    for kind in _STATUS:
        app.add_exception_handler(kind, _ours)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_validation)


def _ours(request: Request, error: Exception) -> Response:
    kind = next(known for known in _STATUS if isinstance(error, known))
    if kind is NotLoggedIn and _is_for_a_page(request):
        return RedirectResponse(f"/login?next={quote(_asked(request))}", 303)
    if kind is ConfirmFirst and not request.url.path.startswith(API):
        return RedirectResponse(f"/confirm?next={quote(_asked(request) if request.method == 'GET' else '/')}", 303)
    headers = {"WWW-Authenticate": "Bearer"} if kind is NotLoggedIn else None
    return _answer(request, _STATUS[kind], _SAID.get(kind) or str(error), headers)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _answer(request, HTTPStatus(error.status_code), error.detail, error.headers)


def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = ("; ".join(f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors()))[:1000]
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, wrong)


def _answer(request: Request, status: HTTPStatus, detail: str, headers: object = None) -> Response:
    if request.url.path.startswith(API):
        told = said(_language(request), detail)
        problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": told}
        response: Response = JSONResponse(problem, status, media_type="application/problem+json")
    else:
        response = problem_page(request, status, detail)
    if isinstance(headers, dict):
        response.headers.update(headers)
    return response


def _language(request: Request) -> str:
    """A page shows the sentence as it stands; programs are told in English."""
    login: Login | None = getattr(request.state, "login", None)
    by_page = login is not None and login.scopes is None
    return preferred((login and login.language) or request.headers.get("Accept-Language", "")) if by_page else SOURCE


def _is_for_a_page(request: Request) -> bool:
    """Whether a browser would show what is answered; it never shows a stream of events."""
    streams = request.headers.get("Accept", "").startswith("text/event-stream")
    return request.method == "GET" and not request.url.path.startswith(API) and not streams


def _asked(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
