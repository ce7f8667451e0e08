from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from melanoscope import cli
from melanoscope.bundle import Bundle
from melanoscope.errors import InputError

ROOT = Path(__file__).parent.parent


def exit_code(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["melanoscope", *arguments])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    return int(stop.value.code or 0)


def raises(error: BaseException) -> object:
    def command(**_: object) -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["triage", "gone.jpg", "--bundle", "gone"], "gone is no bundle: it has no bundle.json."),
        (["triage"], "Missing argument 'PATH...'."),
        (["no-such-command"], "No such command 'no-such-command'."),
        (["bundle", "info", "--fast"], "No such option"),
    ],
)
def test_wrong_input_is_one_sentence_on_stderr_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    code = exit_code(monkeypatch, *arguments)

    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert printed.err.startswith("melanoscope: ") and printed.err.count("\n") == 1
    assert sentence in printed.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "gone", "--recipe", "m1", "--out", "run"],
        ["ladder", "gone", "--out", "run"],
        ["export", "gone", "--licence", "CC0-1.0"],
    ],
)
def test_without_torch_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)

    assert exit_code(monkeypatch, *arguments) == 2
    assert re.fullmatch(r"melanoscope: .+ needs torch: pip install .*\[train\]'\.\n", capsys.readouterr().err)


@pytest.mark.parametrize("arguments", [["bundle", "verify"], ["bundle", "verify", "shipped"]])
def test_shipped_is_the_bundle_that_comes_with_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["melanoscope", *arguments])

    cli.main()

    assert f"those of {Bundle.shipped().description.name}." in capsys.readouterr().out


def test_a_name_with_brackets_is_printed_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli.cli.commands["triage"], "callback", raises(InputError("[red]x.jpg: gone.")))

    assert exit_code(monkeypatch, "triage", "x") == 2
    assert "[red]x.jpg: gone." in capsys.readouterr().err


def test_an_interruption_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cli.cli.commands["triage"], "callback", raises(KeyboardInterrupt()))

    assert exit_code(monkeypatch, "triage", "x") == 130
    assert "--resume" in capsys.readouterr().err


def commands(group: click.Group, name: str = "melanoscope") -> Iterator[tuple[str, click.Command]]:
    for word, command in group.commands.items():
        yield f"{name} {word}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")


@pytest.mark.parametrize(("name", "command"), list(commands(cli.cli)))
def test_every_command_and_every_option_has_help(name: str, command: click.Command) -> None:
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert command.help, name
    assert [each.opts for each in options if not each.help] == []


def test_the_page_of_commands_is_what_they_say_of_themselves() -> None:
    line = [sys.executable, str(ROOT / "scripts" / "commands_page.py")]

    page = subprocess.run(line, capture_output=True, check=True).stdout.decode()

    # Where this fails: python scripts/commands_page.py > docs/commands.md
    assert page == (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert all(f"## {name}" in page for name, _ in commands(cli.cli))


def test_a_terminal_without_unicode_is_no_obstacle() -> None:
    line = [sys.executable, "-c", "from melanoscope.cli import main; main()", "bundle", "info", "gone-\u00d7"]
    ended = subprocess.run(line, capture_output=True, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}, check=False)

    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr
