"""Every model: once this is imported, `Base.metadata` has the tables of all modules beside it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from melanoscope.workstation.store.base import Base

__all__ = ["Base"]

for module in iter_modules([str(Path(__file__).parent)]):  # a list of them would be forgotten some day
    import_module(f"melanoscope.workstation.store.{module.name}")
