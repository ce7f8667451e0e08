"""Logs: one JSON object a line, for a machine to read, with nothing of a patient in it.

What an exception says may quote a name, so its kind and where it was raised stand for it.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

FACTS = "facts"
"""The name under which a record brings values of its own: `logger.info("…", extra={FACTS: {…}})`."""


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FACTS, {}),
        }
        if record.exc_info and record.exc_info[0]:
            line |= {"exception": record.exc_info[0].__name__, "frames": _frames(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False)


def to_stderr() -> None:
    """Log there from now on: everything where a service manager reads it, on a terminal what is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    if not sys.stderr.isatty():
        logging.getLogger("melanoscope").setLevel(logging.INFO)


def _frames(raised: TracebackType | None) -> list[str]:
    return [f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(raised)]
