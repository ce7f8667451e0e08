"""Backups: one file with the database, the photographs and the bundles, written while the workstation runs.

The database is copied first, as one state of it; photographs and bundles are stored before their rows are written, so
all that it names are there but those that were erased meanwhile. What is sealed stays sealed: keep the key file
elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from importlib.metadata import version
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile, ZipFile

from sqlalchemy import delete, select, update

from melanoscope.atomic import make_folder, replacing
from melanoscope.bundle import FILES, Bundle
from melanoscope.console import track
from melanoscope.errors import InputError
from melanoscope.workstation import audit_log, postgres
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.encryption import is_sealed
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.accounts import ApiToken, LoginSession
from melanoscope.workstation.store.cases import Photograph
from melanoscope.workstation.store.logins import PasswordLink
from melanoscope.workstation.store.predictions import InstalledBundle
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.vault import CHECK

FORMAT = 1
_MANIFEST, _DATABASE = "manifest.json", "database"
_PHOTOGRAPH = re.compile(rf"photographs/(?:[0-9a-f]{{2}}/([0-9a-f]{{64}})|{CHECK})")
_BUNDLE = re.compile(rf"bundles/([0-9a-f]{{64}})/(?:{'|'.join(map(re.escape, FILES))})")


def write(settings: Settings, path: Path) -> int:
    """Back the workstation up into `path`, whole or not at all; how many photographs it holds.

    InputError where there is no workstation, `path` cannot be written, or a database's own program is missing.
    """
    settings.refuse_missing()
    if not path.parent.is_dir():
        raise InputError(f"{path.parent}: there is no such folder. Give another file.")
    store = Store(settings.url)
    with store.writing() as session:
        audit_log.append(session, SYSTEM, "backup.make")
    with TemporaryDirectory(dir=path.parent) as folder, replacing(path) as temporary:
        temporary.touch(mode=0o600)
        copy = Path(folder) / _DATABASE
        _copy_database(settings, copy)
        with ZipFile(temporary, "w") as archive:
            archive.write(copy, _DATABASE)
            count = _add_photographs(settings, store, archive)
            _add_bundles(settings, store, archive)
            archive.writestr(_MANIFEST, json.dumps(_manifest(settings, count), indent=1))
    store.close()
    return count


def restore(settings: Settings, path: Path) -> int:
    """Make a workstation of a backup, where there is none; how many photographs it has.

    The database comes last, so that a restore which was interrupted can be begun again. Nobody stays
    logged in, and no token and no link works any more, for one may have been revoked since.
    InputError where `path` is no backup or is damaged, or there is a workstation already.
    """
    settings.refuse_present()
    try:
        with ZipFile(path) as archive:
            manifest = _read_manifest(settings, archive, path)
            make_folder(settings.photographs)
            for name in track(archive.namelist(), "Restoring"):
                if name not in (_MANIFEST, _DATABASE):
                    _restore_file(settings, name, archive.read(name), path)
            for digest in {found[1] for name in archive.namelist() if (found := _BUNDLE.fullmatch(name))}:
                _refuse_damaged_bundle(settings.bundles / digest, path)
            _restore_database(settings, archive)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file. Give a backup.") from error
    except BadZipFile as error:
        raise InputError(f"{path} is no backup, or is damaged ({error}). Give another one.") from error
    _begin_anew(settings, path)
    return int(manifest["photographs"])


def _copy_database(settings: Settings, copy: Path) -> None:
    if settings.sqlite is None:
        postgres.dump(settings.database, copy)
        return
    connection = sqlite3.connect(settings.sqlite)
    try:
        connection.execute("VACUUM INTO ?", (str(copy),))
    finally:
        connection.close()


def _add_photographs(settings: Settings, store: Store, archive: ZipFile) -> int:
    with store.reading() as session:
        stored = {sha256 for sha256 in session.scalars(select(Photograph.sha256).distinct()) if sha256}
    files = [settings.photographs / sha256[:2] / sha256 for sha256 in sorted(stored)]
    found = [file for file in track(files, "Backing up") if _add(settings, archive, file)]
    _add(settings, archive, settings.photographs / CHECK)
    return len(found)


def _add_bundles(settings: Settings, store: Store, archive: ZipFile) -> None:
    with store.reading() as session:
        installed = session.scalars(select(InstalledBundle.digest).where(InstalledBundle.shipped.is_(False))).all()
    for digest, name in product(installed, FILES):
        _add(settings, archive, settings.bundles / digest / name)


def _add(settings: Settings, archive: ZipFile, file: Path) -> bool:
    """Whether it is there: it is not where it was erased meanwhile."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return False
    archive.writestr(file.relative_to(settings.data).as_posix(), content)
    return True


def _manifest(settings: Settings, photographs: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "melanoscope": version("melanoscope"),
        "made_at": now().isoformat(),
        "database": settings.kind,
        "photographs": photographs,
    }


def _read_manifest(settings: Settings, archive: ZipFile, path: Path) -> dict[str, Any]:
    names = set(archive.namelist())
    files = names - {_MANIFEST, _DATABASE}
    known = all(_PHOTOGRAPH.fullmatch(name) or _BUNDLE.fullmatch(name) for name in files)
    if not {_MANIFEST, _DATABASE} <= names or not known:
        raise InputError(f"{path} is no backup of a workstation. Give another one.")
    try:
        manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
        made_by, form, kind = (manifest[name] for name in ("melanoscope", "format", "database"))
    except (ValueError, LookupError, TypeError) as error:
        raise InputError(f"{path} is no backup of a workstation. Give another one.") from error
    if form != FORMAT:
        raise InputError(f"{path} was made by Melanoscope {made_by}. Restore it with that version.")
    if kind != settings.kind:
        raise InputError(f"{path} holds a {kind} database. Give a --database of that kind.")
    return manifest


def _restore_file(settings: Settings, name: str, content: bytes, path: Path) -> None:
    photograph, target = _PHOTOGRAPH.fullmatch(name), settings.data / name
    if photograph and not is_sealed(content) and hashlib.sha256(content).hexdigest() != photograph[1]:
        raise InputError(f"{path}: its photograph {target.name[:12]} is damaged. Give another backup.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _refuse_damaged_bundle(folder: Path, path: Path) -> None:
    try:
        bundle = Bundle.load(folder)
        bundle.verify()
    except InputError as error:
        raise InputError(f"{path}: its bundle {folder.name[:12]} is damaged. Give another backup.") from error
    if bundle.digest != folder.name:
        raise InputError(f"{path}: its bundle {folder.name[:12]} is another one. Give another backup.")


def _restore_database(settings: Settings, archive: ZipFile) -> None:
    settings.refuse_present()  # a server may have been started while the photographs were written
    with TemporaryDirectory(dir=settings.data) as folder:
        copy = Path(archive.extract(_DATABASE, folder))
        if settings.sqlite is None:
            postgres.restore(settings.database, copy)
        else:
            with replacing(settings.sqlite) as temporary:
                copy.replace(temporary)


def _begin_anew(settings: Settings, path: Path) -> None:
    store = Store(settings.url)
    with store.reading() as session:
        verdict = audit_log.verify(session)
    if verdict.fault:
        raise InputError(f"{path}: its audit log was tampered with ({verdict.fault}). Do not use what was restored.")
    with store.writing() as session:
        session.execute(delete(LoginSession))
        session.execute(delete(PasswordLink))
        session.execute(update(ApiToken).where(ApiToken.revoked_at.is_(None)).values(revoked_at=now()))
        audit_log.append(session, SYSTEM, "backup.restore", detail={"last": verdict.last})
    store.close()
