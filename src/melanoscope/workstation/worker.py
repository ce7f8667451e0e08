"""The thread that does what the queue holds, while the server serves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

INTERVAL = 1.0
"""Seconds between two looks into the queue, for what other processes put there."""


class Worker:
    """Calls `work` again and again until it says that there is no more, then waits for `wake` or `INTERVAL`.

    What goes wrong is logged and tried again: a database that is away for a while must not end it.
    """

    def __init__(self, name: str, work: Callable[[], bool]) -> None:
        self._work = work
        self._stop = threading.Event()
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._news.set()

    def stop(self) -> None:
        """Finish what is under way, and no more."""
        self._stop.set()
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._news.clear()
            if not self._try():
                self._news.wait(INTERVAL)

    def _try(self) -> bool:
        try:
            return self._work()
        except Exception:
            logger.exception("%s failed; trying again", self._thread.name)
            return False
