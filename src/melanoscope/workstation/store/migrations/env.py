"""Alembic's entry: it works on the connection that `migrate.py` hands over."""

from __future__ import annotations

from alembic import context

from melanoscope.workstation.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a column: its table is copied
)
context.run_migrations()
