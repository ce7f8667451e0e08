"""Everything that the pages do, the API does: whatever service a page asks, an address of the API asks too."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from inspect import isfunction
from pathlib import Path
from types import ModuleType

import pytest

from melanoscope.workstation import api, web

SERVICE = "melanoscope.workstation.service"

PAGES_ALONE = {
    "accounts.create_first": "whoever opens the first link has no token yet",
    "accounts.refuse_uninvited": "whoever opens the first link has no token yet",
    "accounts.exist": "whoever cannot log in is told where the first link stands",
    "administration.invited": "a person chooses a password by a link",
    "administration.choose_password": "a person chooses a password by a link",
    "alert_settings.smtp_password": "the page says whether there is one",
    "alert_settings.mailed": "the page warns where nobody is told; the API has the settings and the webhooks",
    "copies.count": "the form without scripts says how many; the API names each copy",
    "rescoring.can_be_rescored": "whether a button is of use; the API answers 409",
    "second_factor.begun": "a page shows the key again where the code was mistyped; a program still has it",
    "blinding.reads_blind": "a page is told of changes as they come; a program has webhooks",
    "worklist.is_empty": "the page of an empty workstation leads to Add; the API lists no cases",
    "worklist.chosen": "the page shows what is about to be signed; the API lists cases",
    "worklist.readers": "a list to choose from; the summary of the worklist has it",
}
"""What only pages ask, and why."""


def asked(package: ModuleType) -> set[str]:
    """The functions of services that the modules of a package name, such as `deciding.decide`."""
    folder = Path(package.__path__[0])
    return {name for path in folder.glob("*.py") for name in _asked(ast.parse(path.read_text("utf-8")))}


def _asked(tree: ast.Module) -> Iterator[str]:
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == SERVICE:
            modules |= {each.asname or each.name: each.name for each in node.names}
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{SERVICE}."):
            module = str(node.module).rsplit(".", 1)[-1]
            yield from (f"{module}.{each.name}" for each in node.names if _is_function(module, each.name))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            module = modules[node.value.id]
            if _is_function(module, node.attr):
                yield f"{module}.{node.attr}"


def _is_function(module: str, name: str) -> bool:
    return isfunction(getattr(importlib.import_module(f"{SERVICE}.{module}"), name))


SHARED = {"pictures.activation_map", "pictures.drawn", "report.make", "cases.find_photograph", "reference.find"}
"""What the API asks through a page's own function: a picture and a report are the same for both."""


@pytest.mark.parametrize("function", sorted(asked(web)))
def test_what_a_page_asks_the_api_asks_too(function: str) -> None:
    by_api = asked(api) | SHARED
    assert (function in by_api) is not (function in PAGES_ALONE), "ask it from the API, or say why not"


def test_the_exceptions_are_asked_by_pages() -> None:
    assert PAGES_ALONE.keys() <= asked(web)
