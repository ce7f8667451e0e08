"""Alembic's entry: it works on the connection that `migrate.py` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum

from melanoscope.workstation.store.base import UtcTime
from melanoscope.workstation.store.models import Base


def render(kind: str, item: Any, generating: AutogenContext) -> str | Literal[False]:
    """How a new migration names our own types: words are plain text, so that a new word needs no migration."""
    if kind == "type" and isinstance(item, UtcTime):
        generating.imports.add("from melanoscope.workstation.store.base import UtcTime")
        return "UtcTime()"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String({item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a column: its table is copied
    render_item=render,
)
context.run_migrations()
