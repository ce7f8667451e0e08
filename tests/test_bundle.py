from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import toy_bundle
from melanoscope.bundle import (
    DESCRIPTION,
    HELD_OUT,
    INT8,
    MODEL,
    OUTLIERS,
    Bundle,
    Int8,
    OperatingPoints,
    OutlierLimits,
    Seen,
    pseudonym,
    save,
    sha256,
)
from melanoscope.cli import cli
from melanoscope.errors import InputError


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["bundle", *map(str, arguments)])


def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    made = toy_bundle.make(tmp_path)
    seen = (Seen("ISIC_0000001", "ab", "cd", "lesion"), Seen("x", "ef", "01", patient=pseudonym("IP_1")))
    saved = save(tmp_path, dataclasses.replace(made.description, seen=seen, recipe={"name": "m4", "epochs": 3}))

    assert Bundle.load(tmp_path) == saved
    Bundle.load(tmp_path).verify()
    assert "IP_1" not in (tmp_path / DESCRIPTION).read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [DESCRIPTION, HELD_OUT, MODEL]


def test_a_folder_without_a_bundle_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no bundle: it has no bundle.json"):
        Bundle.load(tmp_path)


def _without_temperature(values: dict[str, Any]) -> None:
    del values["temperature"]


def _without_priors(values: dict[str, Any]) -> None:
    del values["priors"]


def _with_a_stranger(values: dict[str, Any]) -> None:
    values["surprise"] = 1


@pytest.mark.parametrize(
    ("damage", "reason"),
    [(_without_temperature, "temperature"), (_without_priors, "it has no 'priors'"), (_with_a_stranger, "surprise")],
)
def test_a_damaged_description_is_refused(
    tmp_path: Path, damage: Callable[[dict[str, Any]], None], reason: str
) -> None:
    toy_bundle.make(tmp_path)
    values = json.loads((tmp_path / DESCRIPTION).read_text(encoding="utf-8"))
    damage(values)
    (tmp_path / DESCRIPTION).write_text(json.dumps(values), encoding="utf-8")

    with pytest.raises(InputError, match=f"is damaged .*{reason}"):
        Bundle.load(tmp_path)


@pytest.mark.parametrize("schema", [1, 3])
def test_another_schema_is_refused_in_one_sentence(tmp_path: Path, schema: int) -> None:
    toy_bundle.make(tmp_path)
    edit(tmp_path, None, "schema", schema)

    with pytest.raises(InputError, match=f"has schema {schema}, .* reads 2: export the bundle again"):
        Bundle.load(tmp_path)


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        *(
            ("operating_points", name, value)
            for name in ("alert", "review_melanoma")
            for value in (None, 0, 1.001, "0.4")
        ),
        ("operating_points", "review_malignant", float("nan")),
        ("operating_points", "chosen_on", None),
        *((None, "temperature", value) for value in (None, 0, -1.5, True, float("inf"))),
        *((None, "head_weights", rows) for rows in ([[0.5]] * 8, [[0.5]] * 8 + [[0.5, 0.5]], [[None]] * 9)),
        ("preprocessing", "size", 0),
        ("preprocessing", "std", [0.2, 0.2, 0]),
        ("preprocessing", "mean", [0.5]),
        (None, "name", None),
        (None, "held_out_sha256", 7),
        *((None, "priors", values) for values in ([0.5, 0.5], [0.2] * 3 + [0] * 6, [1.1] * 9, [None] * 9)),
        ("conformal", "quantiles", [0.5] * 8),
        ("conformal", "levels", [2] * 9),
        ("conformal", "chosen_on", 1),
        (None, "outliers", {"distance": None, "energy": 1, "chosen_on": "nothing"}),
        (None, "recipe", "m4"),
        (None, "int8", {"sha256": None}),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, part: str | None, name: str, value: object) -> None:
    toy_bundle.make(tmp_path)
    edit(tmp_path, part, name, value)

    with pytest.raises(InputError, match=f"is damaged .*{name}.* Export the bundle again"):
        Bundle.load(tmp_path)


def test_fewer_diagnoses_than_ours_are_refused(tmp_path: Path) -> None:
    toy_bundle.make(tmp_path)
    for part, name in ((None, "diagnoses"), (None, "priors"), ("conformal", "levels"), ("conformal", "quantiles")):
        edit(tmp_path, part, name, ["nevus", "melanoma"] if name == "diagnoses" else [0.5, 0.5])
    edit(tmp_path, None, "head_weights", [])

    with pytest.raises(InputError, match="melanoma's share of the priors is 0"):
        Bundle.load(tmp_path)


def edit(folder: Path, part: str | None, name: str, value: object) -> None:
    values = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    (values[part] if part else values)[name] = value
    (folder / DESCRIPTION).write_text(json.dumps(values), encoding="utf-8")


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [("operating_points", "alert", 0.999), (None, "licence", "CC0"), (None, "seen", []), (None, "digest", "0" * 64)],
)
def test_a_changed_description_does_not_verify(tmp_path: Path, part: str | None, name: str, value: object) -> None:
    made = toy_bundle.make(tmp_path)
    save(tmp_path, dataclasses.replace(made.description, seen=(Seen("x", "ef", "01"),)))
    Bundle.load(tmp_path).verify()
    edit(tmp_path, part, name, value)

    with pytest.raises(InputError, match="bundle.json was changed after its export"):
        Bundle.load(tmp_path).verify()


def test_a_description_without_its_digest_does_not_verify(tmp_path: Path) -> None:
    toy_bundle.make(tmp_path)
    values = json.loads((tmp_path / DESCRIPTION).read_text(encoding="utf-8"))
    del values["digest"]
    (tmp_path / DESCRIPTION).write_text(json.dumps(values), encoding="utf-8")

    with pytest.raises(InputError, match="bundle.json was changed after its export"):
        Bundle.load(tmp_path).verify()


def test_what_cannot_be_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="alert is 2"):
        toy_bundle.make(tmp_path, OperatingPoints(2, 0.2, 0.5, "nothing", 0, 0))
    assert not (tmp_path / DESCRIPTION).exists()


def test_the_shipped_bundle_is_whole() -> None:
    Bundle.shipped().verify()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_a_description_that_is_no_json_object_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / DESCRIPTION).write_bytes(content)

    with pytest.raises(InputError, match="is damaged"):
        Bundle.load(tmp_path)


@pytest.mark.parametrize("name", [MODEL, HELD_OUT, OUTLIERS])
def test_a_missing_or_changed_file_does_not_verify(tmp_path: Path, name: str) -> None:
    made = toy_bundle.make(tmp_path)
    made.outliers.write_bytes(b"features")
    limits = OutlierLimits(1.0, -2.0, "nothing: it is a toy")
    described = dataclasses.replace(made.description, outliers=limits, outliers_sha256=sha256(made.outliers))
    bundle = save(tmp_path, described)
    assert Bundle.load(tmp_path) == bundle
    bundle.verify()

    with (tmp_path / name).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(InputError, match=f"{name} was changed after its export"):
        bundle.verify()

    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        bundle.verify()


def test_the_int8_network_speaks_with_the_same_thresholds_and_its_own_figures(tmp_path: Path) -> None:
    made = toy_bundle.with_int8(tmp_path)
    assert Bundle.load(tmp_path) == made

    fast = made.fast()

    fast.verify()
    assert (fast.model, fast.description.model_sha256) == (tmp_path / INT8, sha256(tmp_path / INT8))
    assert fast.description.name == "toy, int8"
    assert fast.description.evaluation["melanoma_auc"]["value"] == 0.87
    assert fast.description.operating_points == made.description.operating_points
    assert fast.digest != made.digest


@pytest.mark.parametrize(
    ("int8", "why"), [(None, "exported before there were any"), (Int8(why="its melanoma AUC is 0.5"), "AUC is 0.5")]
)
def test_a_bundle_without_an_int8_network_says_why(tmp_path: Path, int8: Int8 | None, why: str) -> None:
    made = toy_bundle.make(tmp_path)
    save(tmp_path, dataclasses.replace(made.description, int8=int8))

    with pytest.raises(InputError, match=rf"has no int8 network: .*{why}\. Leave out --fast"):
        Bundle.load(tmp_path).fast()


def test_a_changed_int8_network_does_not_verify(tmp_path: Path) -> None:
    made = toy_bundle.with_int8(tmp_path)
    fast = made.fast()
    with (tmp_path / INT8).open("ab") as file:
        file.write(b"\0")

    for bundle in (made, fast):
        with pytest.raises(InputError, match=f"{INT8} was changed after its export"):
            bundle.verify()


def test_a_description_without_an_int8_network_is_written_as_before_there_were_any(toy: Bundle) -> None:
    """Or no bundle from then would verify."""
    assert "int8" not in json.loads((toy.folder / DESCRIPTION).read_text(encoding="utf-8"))


def test_the_command_tells_of_the_int8_network(tmp_path: Path) -> None:
    made = toy_bundle.with_int8(tmp_path)
    told = " ".join(command("info", tmp_path).stdout.split())
    assert "for --fast, with the same thresholds" in told and "melanoma auc 0.870 (0.800–0.900), n = 817" in told

    save(tmp_path, dataclasses.replace(made.description, int8=Int8(why="it has few convolutions")))
    assert "none: it has few convolutions" in command("info", tmp_path).stdout


def test_the_command_says_what_a_bundle_is(toy: Bundle) -> None:
    result = command("info", toy.folder)

    assert result.exit_code == 0
    assert "toy of 2024-01-01" in result.stdout
    assert "melanoma from 0.4000" in result.stdout
    assert "hold 90% of melanomas" in result.stdout
    assert "never: this bundle cannot tell what is no lesion" in result.stdout
    assert "Research use only" in result.stdout


def test_the_command_verifies(toy: Bundle, tmp_path: Path) -> None:
    assert "is whole" in " ".join(command("verify", toy.folder).stdout.split())
    assert isinstance(command("verify", tmp_path).exception, InputError)


def test_the_command_names_a_folder_with_brackets_as_it_is(tmp_path: Path) -> None:
    folder = toy_bundle.make(tmp_path / "q[/bold]" / "b").folder

    assert f"{folder} is whole and unchanged" in command("verify", folder).stdout
