"""What `melanoscope serve` was asked for, and where its data lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from melanoscope.errors import InputError

LOCAL = ("127.0.0.1", "localhost", "::1")
"""What only this machine can reach."""


@dataclass(frozen=True)
class Settings:
    """`data` is the folder for photographs and, where `database` names no other, the SQLite file.

    `address` is where people reach it, where that is not `host` and `port`; `provider` is the file that tells of an
    identity provider. `watch` are folders whose photographs become cases. `key_file` seals photographs and secrets.
    """

    data: Path
    database: str = ""
    host: str = LOCAL[0]
    port: int = 8000
    watch: tuple[Path, ...] = ()
    key_file: Path | None = None
    address: str = ""
    provider: Path | None = None

    @property
    def url(self) -> str:
        """The database's address as SQLAlchemy takes it."""
        if self.sqlite:
            return f"sqlite:///{self.sqlite}"
        return self.database.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def sqlite(self) -> Path | None:
        """The database's file; None where it is another's."""
        return None if self.database else self.data / "workstation.sqlite"

    @property
    def kind(self) -> str:
        return "sqlite" if self.sqlite else "postgresql"

    def refuse_missing(self) -> None:
        """InputError where there is no workstation yet."""
        if self.sqlite and not self.sqlite.is_file():
            raise InputError(f"{self.data} holds no workstation. Give its --data or --database.")

    def refuse_present(self) -> None:
        """InputError where there is one already."""
        if self.sqlite and self.sqlite.exists():
            raise InputError(f"{self.data} holds a workstation already. Give another --data.")

    @property
    def photographs(self) -> Path:
        return self.data / "photographs"

    @property
    def origin(self) -> str:
        """How addresses of ours begin."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.address.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def bundles(self) -> Path:
        """Where installed bundles lie, each in a folder of its digest's name."""
        return self.data / "bundles"
