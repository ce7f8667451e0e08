"""Who was told of which alert: kept by every run into a folder, so that nobody is told twice."""

from __future__ import annotations

import json
import os
from pathlib import Path

from melanoscope.errors import InputError

NAME = "told.jsonl"


class Told:
    """The photographs that each channel was told of, in `folder/told.jsonl`.

    A photograph is known by its `content`: copied again, touched or renamed, it is still the same. A last line that
    a kill tore is dropped. InputError where the file is damaged otherwise.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        with self._path.open("a+b") as file:
            file.seek(0)
            lines = file.read()
            whole = lines.rfind(b"\n") + 1
            file.truncate(whole)
        try:
            notes = [json.loads(line) for line in lines[:whole].splitlines()]
            self._known = {(note["content"], note["channel"]) for note in notes}
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{self._path} is damaged ({error}). Move it away; then alerts may be told again."
            ) from error

    def has(self, content: str, channel: str) -> bool:
        return (content, channel) in self._known

    def note(self, content: str, channel: str, path: Path) -> None:
        """Remember, at once and for good, that `channel` was told; `path` is for whoever reads the file."""
        line = json.dumps({"content": content, "channel": channel, "path": str(path)}) + "\n"
        with self._path.open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        self._known.add((content, channel))
