"""Which identity provider vouches for people, and what its groups may do here: a TOML file.

```toml
issuer = "https://login.example.org/realms/clinic"
client_id = "melanoscope"
client_secret_file = "client-secret"      # beside this file; leave it out for a public client
groups = "groups"                         # the claim that lists a person's groups

[roles]                                   # the first line that fits a person counts
melanoscope-administrators = "administrator"
dermatologists = "reader"
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from melanoscope.errors import InputError
from melanoscope.workstation.store.words import Role

_NEEDED = {"issuer", "client_id", "roles"}
_KNOWN = _NEEDED | {"client_secret_file", "groups"}


@dataclass(frozen=True)
class ProviderSettings:
    """`groups` is the claim that lists a person's groups, `roles` what each may do, in the order in which it counts."""

    issuer: str
    client_id: str
    client_secret: str | None
    groups: str
    roles: Mapping[str, Role]

    def role(self, groups: Collection[str]) -> Role | None:
        """Of somebody in these groups; None where none of them has any."""
        return next((role for group, role in self.roles.items() if group in groups), None)


def read(path: Path) -> ProviderSettings:
    """InputError where the file, or the one of the secret, cannot be read or does not say what is needed."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}). Write it as docs/workstation.md shows.") from error
    if not _NEEDED <= said.keys() <= _KNOWN or not isinstance(said["roles"], dict) or not said["roles"]:
        raise InputError(f"{path} must say {', '.join(sorted(_NEEDED))}, and may say client_secret_file and groups.")
    issuer = str(said["issuer"])
    if not issuer.startswith("https://") and not issuer.startswith("http://127.0.0.1:"):
        raise InputError(f"{path}: the issuer {issuer} must begin with https://.")
    return ProviderSettings(
        issuer, str(said["client_id"]), _secret(path, said), str(said.get("groups", "groups")), _roles(path, said)
    )


def _secret(path: Path, said: Mapping[str, Any]) -> str | None:
    if "client_secret_file" not in said:
        return None
    file = path.parent / str(said["client_secret_file"])
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read ({error}). Write the client's secret into it.") from error


def _roles(path: Path, said: Mapping[str, Any]) -> dict[str, Role]:
    try:
        return {group: Role(role) for group, role in said["roles"].items()}
    except ValueError as error:
        raise InputError(f"{path}: {error}. Write one of {', '.join(Role)}.") from error
