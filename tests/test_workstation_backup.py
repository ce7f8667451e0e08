"""A backup holds one state of everything, and what is made of it is whole."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from melanoscope.bundle import Bundle
from melanoscope.cli import cli
from melanoscope.errors import InputError
from melanoscope.workstation import audit_log, backup, encryption
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.scoring import Scorer
from melanoscope.workstation.service import accounts, administration, tokens
from melanoscope.workstation.service.errors import Gone
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.accounts import LoginSession
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role, Scope
from melanoscope.workstation.vault import CHECK
from served import session_of
from station_cases import add, promote, promote_shipped, take
from stores import new_database


@pytest.fixture
def another_postgres_url(postgres_socket: str) -> str:
    """A second empty database."""
    return new_database(postgres_socket)


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Where there is no workstation yet."""
    url = request.getfixturevalue("another_postgres_url") if settings.database else ""
    return Settings(tmp_path / "elsewhere", url)


def begin(settings: Settings, photographs: list[Path], key: encryption.Key | None = None) -> Store:
    settings.data.mkdir(exist_ok=True)
    store = Store(settings.url)
    promote_shipped(store)
    kept = Photographs(settings.photographs, key)
    for path in photographs:
        add(store, [take(kept, path)])
    return store


def stored(settings: Settings, key: encryption.Key | None = None) -> dict[str, bytes]:
    """The bytes of every photograph that the database names."""
    store, kept = Store(settings.url), Photographs(settings.photographs, key)
    with store.reading() as session:
        found = {str(sha256): kept.read(str(sha256)) for sha256 in session.scalars(select(Photograph.sha256))}
        assert not audit_log.verify(session).fault
    store.close()
    return found


def test_what_is_restored_is_what_was_there(
    settings: Settings, elsewhere: Settings, photographs: list[Path], tmp_path: Path
) -> None:
    begin(settings, photographs[:3]).close()
    assert backup.write(settings, tmp_path / "backup.zip") == 3
    assert (tmp_path / "backup.zip").stat().st_mode & 0o077 == 0
    assert backup.restore(elsewhere, tmp_path / "backup.zip") == 3
    assert stored(elsewhere) == stored(settings)


def test_a_backup_is_made_while_photographs_come(
    settings: Settings, elsewhere: Settings, photographs: list[Path], tmp_path: Path
) -> None:
    store = begin(settings, photographs[:2])
    kept = Photographs(settings.photographs)
    coming = threading.Thread(target=lambda: [add(store, [take(kept, path)]) for path in photographs[2:12]])
    coming.start()
    backup.write(settings, tmp_path / "backup.zip")
    coming.join()
    store.close()
    backup.restore(elsewhere, tmp_path / "backup.zip")
    found = stored(elsewhere)
    assert found and found.items() <= stored(settings).items()


def test_sealed_photographs_stay_sealed(settings: Settings, photographs: list[Path], tmp_path: Path) -> None:
    encryption.make(tmp_path / "key")
    key = encryption.load(tmp_path / "key")
    begin(settings, photographs[:1], key).close()
    backup.write(settings, tmp_path / "backup.zip")
    with ZipFile(tmp_path / "backup.zip") as archive:
        names = [name for name in archive.namelist() if name.startswith("photographs/")]
        assert all(encryption.is_sealed(archive.read(name)) for name in names)
        assert f"photographs/{CHECK}" in names and not any("key" in name for name in names if CHECK not in name)


def test_nobody_stays_in(tmp_path: Path) -> None:
    """A session, a token or a link that somebody ended after the backup would be alive again."""
    settings, elsewhere = Settings(tmp_path / "data"), Settings(tmp_path / "elsewhere")
    session_of(settings)
    store = Store(settings.url)
    with store.writing() as session:
        ada = accounts.find(session, "ada")
        assert ada
        token = tokens.create(session, accounts.actor_of(ada), "a program", [Scope.READ], 30).secret
        link = administration.invite(session, SYSTEM, "grace", Role.READER).secret
    store.close()
    backup.write(settings, tmp_path / "backup.zip")
    backup.restore(elsewhere, tmp_path / "backup.zip")
    with Store(elsewhere.url).reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginSession)) == 0
        assert tokens.find(session, token) is None
        with pytest.raises(Gone):
            administration.invited(session, link)


def damaged(path: Path, name: str, content: bytes) -> None:
    """The backup with another member of this name."""
    with ZipFile(path) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    with ZipFile(path, "w") as archive:
        for each, former in (members | {name: content}).items():
            archive.writestr(each, former)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("../evil", b"", "is no backup of a workstation"),
        ("photographs/../../evil", b"", "is no backup of a workstation"),
        ("photographs/ab/" + "ab" * 32, b"another", "is damaged"),
        ("manifest.json", b"rubbish", "is no backup of a workstation"),
        ("manifest.json", b'{"format": 2, "melanoscope": "9", "database": "sqlite"}', "made by Melanoscope 9"),
        (
            "manifest.json",
            b'{"format": 1, "melanoscope": "9", "database": "postgresql"}',
            "holds a postgresql database",
        ),
    ],
)
def test_what_is_no_backup_is_refused_and_leaves_no_workstation(
    photographs: list[Path], tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    settings, elsewhere = Settings(tmp_path / "data"), Settings(tmp_path / "elsewhere")
    begin(settings, photographs[:1]).close()
    path = tmp_path / "backup.zip"
    backup.write(settings, path)
    damaged(path, name, content)
    with pytest.raises(InputError, match=sentence):
        backup.restore(elsewhere, path)
    assert elsewhere.sqlite and not elsewhere.sqlite.exists() and not (tmp_path / "evil").exists()


def test_the_commands_answer_in_one_sentence(photographs: list[Path], tmp_path: Path) -> None:
    def run(*words: str) -> str:
        answer = CliRunner().invoke(cli, ["workstation", *words])
        return str(answer.exception) if answer.exception else answer.output

    data, file = str(tmp_path / "data"), str(tmp_path / "backup.zip")
    assert "holds no workstation" in run("backup", file, "--data", data)
    begin(Settings(tmp_path / "data"), photographs[:1]).close()
    assert "and 1 photographs" in run("backup", file, "--data", data)
    assert "no such folder" in run("backup", str(tmp_path / "nowhere" / "b.zip"), "--data", data)
    assert "holds a workstation already" in run("restore", file, "--data", data)
    assert "no such file" in run("restore", str(tmp_path / "missing"), "--data", str(tmp_path / "new"))
    (tmp_path / "rubbish").write_bytes(b"rubbish")
    assert "is no backup" in run("restore", str(tmp_path / "rubbish"), "--data", str(tmp_path / "new"))
    restored = run("restore", file, "--data", str(tmp_path / "new"))
    assert "with 1 photographs" in restored and "API tokens" in restored and "disable again" in restored
    assert "holds a new key" in run("key", str(tmp_path / "key"))


def test_a_bundle_that_was_installed_speaks_where_the_backup_is_restored(
    settings: Settings, elsewhere: Settings, photographs: list[Path], toy: Bundle, tmp_path: Path
) -> None:
    settings.data.mkdir()
    store = Store(settings.url, settings.bundles)
    promote(store, toy)
    store.close()
    backup.write(settings, tmp_path / "backup.zip")
    shutil.rmtree(settings.data)
    backup.restore(elsewhere, tmp_path / "backup.zip")
    store, kept = Store(elsewhere.url, elsewhere.bundles), Photographs(elsewhere.photographs)
    add(store, [take(kept, photographs[0])])
    assert Scorer(store, kept).work()
    with store.reading() as session:
        assert session.scalars(select(StoredPrediction.bundle_digest)).all() == [toy.digest]
    store.close()


@pytest.mark.parametrize("name", ["bundle.json", "model.onnx"])
def test_a_bundle_that_is_damaged_is_not_restored(toy: Bundle, tmp_path: Path, name: str) -> None:
    settings, elsewhere = Settings(tmp_path / "data"), Settings(tmp_path / "elsewhere")
    settings.data.mkdir()
    store = Store(settings.url, settings.bundles)
    promote(store, toy)
    store.close()
    backup.write(settings, tmp_path / "backup.zip")
    damaged(tmp_path / "backup.zip", f"bundles/{toy.digest}/{name}", b"rubbish")
    with pytest.raises(InputError, match="its bundle .* is damaged"):
        backup.restore(elsewhere, tmp_path / "backup.zip")
    assert elsewhere.sqlite and not elsewhere.sqlite.exists()


def test_a_backup_is_logged(photographs: list[Path], tmp_path: Path) -> None:
    settings = Settings(tmp_path / "data")
    begin(settings, photographs[:1]).close()
    backup.write(settings, tmp_path / "backup.zip")
    store = Store(settings.url)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert audit_log.verify(session).entries > 1
    store.close()


def test_a_server_that_is_started_meanwhile_keeps_its_database(
    settings: Settings, elsewhere: Settings, photographs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(settings, photographs[:1]).close()
    backup.write(settings, tmp_path / "backup.zip")
    put = backup._restore_file

    def meanwhile(*words: Any) -> None:
        put(*words)
        begin(elsewhere, photographs[:2]).close()

    monkeypatch.setattr(backup, "_restore_file", meanwhile)
    with pytest.raises(InputError):
        backup.restore(elsewhere, tmp_path / "backup.zip")
    assert len(stored(elsewhere)) == 2
