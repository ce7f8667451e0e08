"""The journal: every finished photograph as one line, so that a kill at any moment costs a few photographs at most.

Results are always written from the journal, never from memory: that is why an interrupted and resumed run gives the
very same files.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import BY_KEY
from melanoscope.errors import InputError
from melanoscope.prediction import Prediction, QualityIssue, Unreadable
from melanoscope.triage.inputs import Stamp

NAME = "journal.jsonl"

_LINES_BETWEEN_SYNCS = 256


class Journal:
    """What is known of each photograph, in `folder/journal.jsonl`.

    Its first line holds `bundle`, the SHA-256 of the description that spoke. With `resume`, what another bundle
    said is not taken over, and a last line that a kill tore is dropped; without, the journal begins afresh.
    InputError where another process has it open: two would spoil each other's results.
    """

    def __init__(self, folder: Path, bundle: str, resume: bool) -> None:
        path = folder / NAME
        self._places: dict[Path, tuple[Stamp, int, int]] = {}
        self._unsynced = 0
        self._writer = path.open("ab")
        _lock(self._writer, folder)
        self._end = self._recover(path, bundle) if resume else 0
        self._writer.truncate(self._end)
        self._reader = path.open("rb")
        if not self._end:
            self._append({"bundle": bundle})

    def close(self) -> None:
        self._sync()
        self._writer.close()
        self._reader.close()

    def has(self, path: Path, stamp: Stamp) -> bool:
        """Whether the photograph is finished, and still the same file."""
        return path in self._places and self._places[path][0] == stamp

    def photographs(self) -> dict[Path, Stamp]:
        """All that are finished."""
        return {path: stamp for path, (stamp, _, _) in self._places.items()}

    def add(self, answer: Prediction | Unreadable, stamp: Stamp, content: str) -> None:
        """Note what was said of a photograph; `content` is what tells it from others, whatever its name."""
        start = self._end
        identity = {"path": str(answer.path), "size": stamp.size, "changed": stamp.changed, "content": content}
        self._append(_values(answer) | identity)
        self._places[answer.path] = (stamp, start, self._end)

    def answer(self, path: Path) -> Prediction | Unreadable:
        """What was said last of a photograph that the journal has: to the last bit, for thresholds are photographs' own
        probabilities; only the activation map is coarser."""
        return _answer(self._line(path))

    def content(self, path: Path) -> str:
        """As it was added."""
        return str(self._line(path)["content"])

    def _line(self, path: Path) -> dict[str, Any]:
        _, start, end = self._places[path]
        self._reader.seek(start)
        values: dict[str, Any] = json.loads(self._reader.read(end - start))
        return values

    def _append(self, values: dict[str, Any]) -> None:
        line = json.dumps(values, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        self._writer.write(line)
        self._writer.flush()
        self._end += len(line)
        self._unsynced += 1
        if self._unsynced >= _LINES_BETWEEN_SYNCS:
            self._sync()

    def _sync(self) -> None:
        os.fsync(self._writer.fileno())
        self._unsynced = 0

    def _recover(self, path: Path, bundle: str) -> int:
        """Take over the whole lines of a former run; where they end, in bytes."""
        end = 0
        with path.open("rb") as file:
            for line in file:
                values = _parsed(line)
                if values is None or (end == 0 and values != {"bundle": bundle}):
                    break
                self._take_over(values, end, end + len(line))
                end += len(line)
        return end

    def _take_over(self, values: dict[str, Any], start: int, end: int) -> None:
        if "path" in values:
            self._places[Path(values["path"])] = (Stamp(values["size"], values["changed"]), start, end)


def _lock(file: BinaryIO, folder: Path) -> None:
    """Hold `file` until it is closed, or this process ends; where the system has no such locks, do without."""
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise InputError(f"{folder}: another triage writes there. Wait for it, or name another with --out.") from error


def _values(answer: Prediction | Unreadable) -> dict[str, Any]:
    if isinstance(answer, Unreadable):
        return {"unreadable": answer.reason}
    values: dict[str, Any] = {
        "probabilities": answer.probabilities.tolist(),
        "diagnosis": answer.diagnosis.key,
        "possible": [diagnosis.key for diagnosis in answer.possible],
        "outlyingness": answer.outlyingness,
        "quality": [asdict(issue) for issue in answer.quality],
    }
    if answer.saliency is not None:
        levels = np.round(answer.saliency * 255).astype(np.uint8)
        values["saliency"] = [*levels.shape, base64.b64encode(levels.tobytes()).decode("ascii")]
    return values


def _answer(values: dict[str, Any]) -> Prediction | Unreadable:
    path = Path(values["path"])
    if "unreadable" in values:
        return Unreadable(path, values["unreadable"])
    saliency = _saliency(*values["saliency"]) if "saliency" in values else None
    return Prediction(
        path,
        np.array(values["probabilities"], np.float64),
        BY_KEY[values["diagnosis"]],
        tuple(BY_KEY[key] for key in values["possible"]),
        values["outlyingness"],
        tuple(QualityIssue(**issue) for issue in values["quality"]),
        saliency,
    )


def _saliency(height: int, width: int, levels: str) -> NDArray[np.float32]:
    bytes_ = np.frombuffer(base64.b64decode(levels), np.uint8)
    return np.asarray(bytes_.reshape(height, width) / 255, np.float32)


def _parsed(line: bytes) -> dict[str, Any] | None:
    """The values of a whole line; None for one that a kill or a power cut tore."""
    try:
        values = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
