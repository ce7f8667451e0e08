"""Bringing a database to the schema of this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 5_365_414
"""PostgreSQL's advisory lock that one migrating process holds."""


def migrate(engine: Engine) -> None:
    """Apply what is missing, in one transaction; processes that start together take turns."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(configuration(connection), "head")


def configuration(connection: Connection) -> Config:
    """Alembic's, for work on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("file_template", "v%%(rev)s")
    config.attributes["connection"] = connection
    return config
