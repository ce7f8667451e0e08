"""`melanoscope worklist` as a person types it, against a real server."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import served
import station_programs
import stations
from melanoscope.cli import cli, worklist
from melanoscope.errors import InputError
from melanoscope.prediction import Outcome
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, DecisionKind, Role

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    data = tmp_path_factory.mktemp("client")
    store = Store(Settings(data).url)
    token = station_programs.token(store, "ada", Role.READER)
    store.close()
    with served.serving(data, 1) as (_, (address,)):
        yield {"MELANOSCOPE_SERVER": address, "MELANOSCOPE_TOKEN": token, "COLUMNS": "160"}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def typed(*words: object, answer: str = "", **changed: str) -> Result:
        return CliRunner().invoke(cli, ["worklist", *map(str, words)], input=answer, env=environment | changed)

    return typed


@pytest.fixture
def case(run: Run, melanoma: Path) -> str:
    """A new alert."""
    return scored(run, melanoma)


def scored(run: Run, *photographs: Path) -> str:
    added = run("add", *photographs, "--site", "left arm", "--json")
    case_id: str = json.loads(added.stdout)[0]["case"]
    while shown(run, case_id)["status"] == "scoring":
        time.sleep(0.1)
    return case_id


def shown(run: Run, case_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("show", case_id, "--json").stdout)
    return found


def test_a_case_is_listed_and_shown(run: Run, case: str) -> None:
    assert case in run("list", "--find", "left").stdout
    assert case not in run("list", "--find", "elsewhere").stdout
    page = run("show", case).stdout
    assert "left arm" in page and stations.SHIPPED in page and "not a medical device" in page


def test_a_list_is_json_for_programs(run: Run, case: str) -> None:
    found = json.loads(run("list", "--json", "--limit", "200").stdout)
    assert case in [each["id"] for each in found["cases"]]


def test_a_copy_is_told(run: Run, case: str, melanoma: Path) -> None:
    assert "repeats a photograph of the case" in run("add", melanoma).stdout


def test_a_case_of_which_the_same_bundle_spoke_is_not_scored_again(run: Run, case: str) -> None:
    refused = run("rescore", case)
    assert isinstance(refused.exception, InputError) and "nothing to ask" in str(refused.exception)


def test_a_case_is_acknowledged_and_signed_once_it_is_confirmed(run: Run, case: str) -> None:
    assert run("acknowledge", case).stdout == f"{case}: acknowledged by ada.\n"
    refused = run("decide", case, "refer", answer="n\n")
    assert refused.exit_code == 1 and "Nothing was signed." in refused.stderr and shown(run, case)["decisions"] == []
    signed = run("decide", case, "refer", answer="y\n")
    assert signed.stdout.endswith(f"{case}: refer, signed by ada.\n")
    assert shown(run, case)["status"] == "decided"


def test_an_override_has_its_diagnosis_and_reason(run: Run, case: str) -> None:
    lacking = run("decide", case, "override", "--yes")
    assert isinstance(lacking.exception, InputError) and "needs a diagnosis and a reason" in str(lacking.exception)
    assert run("decide", case, "override", "--diagnosis", "nevus", "--reason", "globules", "--yes").exit_code == 0
    assert "override (" in run("show", case).stdout


def test_what_the_pathologist_found_is_recorded(run: Run, case: str) -> None:
    report = ("--reported-on", "2026-03-01", "--breslow", "0.8", "--remark", "Level III.")
    assert run("histology", case, "melanoma", *report).stdout == f"{case}: melanoma by histology, recorded by ada.\n"
    [kept] = shown(run, case)["histology"]
    assert (kept["reported_on"], kept["breslow_mm"], kept["remark"]) == ("2026-03-01", 0.8, "Level III.")
    assert "0.8 mm after Breslow" in run("show", case).stdout
    refused = run("histology", case, "nevus", "--reported-on", "2026-03-01", "--breslow", "0.8")
    assert isinstance(refused.exception, InputError) and "Only a melanoma" in str(refused.exception)


def test_a_table_is_written(run: Run, case: str, tmp_path: Path) -> None:
    assert run("export", "--out", tmp_path / "cases.csv").exit_code == 0
    rows = list(csv.DictReader(StringIO((tmp_path / "cases.csv").read_text())))
    assert case in [row["id"] for row in rows]
    assert run("export").stdout.startswith("id,")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"MELANOSCOPE_TOKEN": "melanoscope_stolen"}, "does not know this token"),
        ({"MELANOSCOPE_TOKEN": "naïve"}, "this is no token"),
        ({"MELANOSCOPE_SERVER": "http://127.0.0.1:9"}, "does not answer"),
        ({"MELANOSCOPE_SERVER": "skin"}, "is no address"),
        ({"MELANOSCOPE_SERVER": "http://skin:port"}, "is no address"),
    ],
)
def test_what_is_wrong_is_one_sentence(run: Run, changed: dict[str, str], sentence: str) -> None:
    answer = run("list", **changed)
    assert isinstance(answer.exception, InputError) and sentence in str(answer.exception)
    assert "\n" not in str(answer.exception)


@pytest.mark.parametrize("case_id", ["nothing", "../accounts", "a/b", "?", "ä"])
def test_a_case_that_is_not_there_is_one_sentence(run: Run, case_id: str) -> None:
    answer = run("show", case_id)
    assert isinstance(answer.exception, InputError) and "has no such case" in str(answer.exception)


def test_what_is_no_photograph_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>")
    answer = run("add", tmp_path / "page.html")
    assert isinstance(answer.exception, InputError) and "page.html is no photograph" in str(answer.exception)


def test_the_words_are_those_of_the_workstation() -> None:
    assert [word.upper() for word in worklist._OUTCOMES] == list(Outcome)
    assert list(worklist._STATUSES) == list(CaseStatus)
    assert list(worklist._KINDS) == list(DecisionKind)
