"""The tutorial runs from its first cell to its last, and says what its text says that it says."""

import re
from copy import deepcopy
from pathlib import Path
from typing import cast

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs" / "tutorial.ipynb"


@pytest.fixture(scope="module")
def committed() -> nbformat.NotebookNode:
    return cast(nbformat.NotebookNode, nbformat.read(NOTEBOOK, as_version=4))


@pytest.fixture(scope="module")
def outputs(committed: nbformat.NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> list[nbformat.NotebookNode]:
    """All outputs, in order; a cell that fails raises its error here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("tutorial")))
        where = {"metadata": {"path": str(NOTEBOOK.parent)}}
        done = NotebookClient(deepcopy(committed), kernel_name="python3", timeout=600, resources=where).execute()
    return [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]


def test_it_is_committed_without_outputs(committed: nbformat.NotebookNode) -> None:
    cells = [cell for cell in committed.cells if cell.cell_type == "code"]
    assert cells and not any(cell.outputs or cell.execution_count for cell in cells)


def test_it_shows_photographs_graphs_and_the_evidence(outputs: list[nbformat.NotebookNode]) -> None:
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 4


def test_the_audit_finds_the_faults_that_the_tutorial_makes(outputs: list[nbformat.NotebookNode]) -> None:
    said = _said(outputs)
    assert said.count("a copy stands in the published test") == 2
    assert said.count("its copies are labelled melanoma and nevus") == 2
    assert "52 files as published, 47 photographs after the audit" in said


def test_the_usual_figure_of_m3_is_above_its_honest_one(outputs: list[nbformat.NotebookNode]) -> None:
    found = re.search(r"M3, the usual way: (\d+)%; honestly: (\d+)%; copies: (\d+)%", _said(outputs))
    assert found and int(found[1]) > int(found[2]) and int(found[3]) > 90


def _said(outputs: list[nbformat.NotebookNode]) -> str:
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
