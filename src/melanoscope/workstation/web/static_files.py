"""Style sheets, scripts and the icon. Browsers keep them for good: their addresses change with their content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from melanoscope.workstation.security.headers import FOR_GOOD

FOLDER = Path(__file__).parent / "static"


def digest(folder: Path) -> str:
    """Of the names and contents of all files below: scripts import one another by relative addresses."""
    made = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        made.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        made.update(path.read_bytes())
    return made.hexdigest()[:16]


PREFIX = f"/static/{digest(FOLDER)}"


def address(name: str) -> str:
    """Where pages find the file `name` of `static/`."""
    return f"{PREFIX}/{name}"


class KeptForGood(StaticFiles):
    """Files whose address holds the digest of their content."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = FOR_GOOD
        return response
