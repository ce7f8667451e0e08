from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--data", type=Path, help="The folder with isic9, ham10000, isic2017 and uda1.")


@pytest.fixture(scope="session")
def data(request: pytest.FixtureRequest) -> Path:
    folder: Path | None = request.config.getoption("--data")
    if not folder or not folder.is_dir():
        pytest.skip("no --data")
    return folder
