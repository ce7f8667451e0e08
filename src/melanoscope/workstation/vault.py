"""Vault: the files of a folder, whole or not there at all, and sealed where there is a key."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from melanoscope.atomic import make_folder
from melanoscope.console import track
from melanoscope.errors import InputError, UnreadableImage
from melanoscope.workstation.encryption import Key, WrongKey, is_sealed

CHECK = "key-check"
"""The file that says with which key the others are sealed."""


class Vault:
    """InputError where `folder` cannot be written to, or is sealed with another key.

    What was kept before there was a key is sealed first.
    """

    def __init__(self, folder: Path, key: Key | None) -> None:
        make_folder(folder)
        self._folder = folder
        self._key = key
        check = folder / CHECK
        if check.exists():
            self._refuse_wrong_key(check)
        elif key:
            self._seal_all()
            self.write(check, b"")

    def read(self, path: Path) -> bytes:
        """UnreadableImage where the file has gone, or cannot be opened with the key."""
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise UnreadableImage("its stored file has gone") from error
        if not is_sealed(content):
            return content
        if self._key is None:
            raise UnreadableImage("its stored file is sealed, and there is no key")
        try:
            return self._key.open(content, path.name)
        except WrongKey as error:
            raise UnreadableImage("its stored file was changed") from error

    def write(self, path: Path, content: bytes) -> None:
        """Two writers of one file do not disturb each other; once it is written it is on the disk."""
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(self._key.seal(content, path.name) if self._key else content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _refuse_wrong_key(self, check: Path) -> None:
        if self._key is None:
            raise InputError(f"the photographs in {self._folder} are sealed. Give their --key-file.")
        try:
            self._key.open(check.read_bytes(), CHECK)
        except WrongKey as error:
            raise InputError(f"the photographs in {self._folder} are sealed with another key. Give theirs.") from error

    def _seal_all(self) -> None:
        for path in track(sorted(self._folder.glob("??/*")), "Sealing photographs"):
            content = path.read_bytes()
            if not is_sealed(content):
                self.write(path, content)
