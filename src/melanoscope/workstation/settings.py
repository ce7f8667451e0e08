"""What `melanoscope serve` was asked for, and where its data lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LOCAL = ("127.0.0.1", "localhost", "::1")
"""What only this machine can reach."""


@dataclass(frozen=True)
class Settings:
    """`data` is the folder for photographs and, where `database` names no other, the SQLite file."""

    data: Path
    database: str = ""
    host: str = LOCAL[0]
    port: int = 8000

    @property
    def url(self) -> str:
        """The database's address as SQLAlchemy takes it."""
        if not self.database:
            return f"sqlite:///{self.data / 'workstation.sqlite'}"
        return self.database.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def photographs(self) -> Path:
        return self.data / "photographs"
