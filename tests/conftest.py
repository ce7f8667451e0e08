"""What several test files need: the real photographs, and a bundle that needs no training."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

import toy_bundle
from melanoscope.bundle import Bundle

settings.register_profile("here", deadline=None, derandomize=True)  # the same examples on every machine
settings.load_profile("here")

pytest_plugins = ["browsers", "stores"]  # the workstation in Chromium, and its databases

PHOTOGRAPHS = Path(__file__).parent / "data" / "photographs"


@pytest.fixture(scope="session")
def photographs() -> list[Path]:
    """The 48 photographs, by name."""
    return sorted(PHOTOGRAPHS.glob("*.jpg"))


@pytest.fixture(scope="session")
def melanoma() -> Path:
    """The photograph of which the shipped bundle is surest that it is an ALERT."""
    return PHOTOGRAPHS / "ISIC_0000549.jpg"


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return toy_bundle.make(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="session")
def sibling(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Another bundle, which held out the same photographs as `toy`."""
    return toy_bundle.sibling(tmp_path_factory.mktemp("sibling"))
