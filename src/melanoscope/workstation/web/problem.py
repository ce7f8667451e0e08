"""Error pages: what happened, in words that are no reproach, and what to do next."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import Request, Response

from melanoscope.workstation.web.pages import page, plain_page
from melanoscope.workstation.web.words import N_

_TITLES = {
    HTTPStatus.BAD_REQUEST: N_("That could not be understood"),
    HTTPStatus.UNAUTHORIZED: N_("You are not logged in"),
    HTTPStatus.FORBIDDEN: N_("This is not yours to do"),
    HTTPStatus.NOT_FOUND: N_("There is no such page"),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("There is no such page"),
    HTTPStatus.GONE: N_("This link works no more"),
    HTTPStatus.REQUEST_TIMEOUT: N_("That took too long"),
    HTTPStatus.CONFLICT: N_("That cannot be done now"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("That is too large"),
    HTTPStatus.UNPROCESSABLE_ENTITY: N_("Something in it is wrong"),
    HTTPStatus.TOO_MANY_REQUESTS: N_("That was too often"),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_("Something went wrong here"),
}
_ADVICE = {
    HTTPStatus.BAD_REQUEST: N_("Go back, load the page again and repeat what you did."),
    HTTPStatus.UNAUTHORIZED: N_("Your session has ended. Log in again: what you had written is filled in once more."),
    HTTPStatus.FORBIDDEN: N_("An administrator of this workstation can give you another role."),
    HTTPStatus.NOT_FOUND: N_("The address may be mistyped, or what was here has been erased."),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("Go back, and use the buttons of the page."),
    HTTPStatus.REQUEST_TIMEOUT: N_("Check the connection, then send it again. What was accepted is safe."),
    HTTPStatus.CONFLICT: N_("Look at the newest state first. What you had written is filled in once more."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("Send fewer or smaller photographs at a time."),
    HTTPStatus.UNPROCESSABLE_ENTITY: N_("Go back and change it. What you had written is filled in once more."),
    HTTPStatus.TOO_MANY_REQUESTS: N_("Wait a little, then try again."),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_(
        "What was accepted before is safe. Try again; if it happens again, tell whoever looks after this workstation."
    ),
}

_UNSAID = {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
"""Where the title says all that the detail does."""


def problem_page(request: Request, status: HTTPStatus, detail: str) -> Response:
    """`detail` is one sentence, in English. The page for a fault of ours asks nothing of the database."""
    values = {
        "status": status.value,
        "title": _TITLES.get(status, status.phrase),
        "detail": "" if status in _UNSAID else detail,
        "advice": _ADVICE.get(status, ""),
        "before": _before(request),
    }
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return plain_page(request, "failure.html", status, **values)
    return page(request, "problem.html", status, **values)


def _before(request: Request) -> str:
    """The page of ours that the request came from; the worklist where there is none."""
    sender = urlsplit(request.headers.get("Referer", ""))
    ours = sender.netloc == request.url.netloc and sender.path.startswith("/") and not sender.path.startswith("//")
    return quote(sender.path) + (f"?{sender.query}" if sender.query else "") if ours else "/"
