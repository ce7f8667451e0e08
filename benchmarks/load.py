"""What a clinic's worth of people at once does to the workstation: errors, cases a second, times to answer.

    python benchmarks/load.py                                # 50 clients for a minute, on SQLite
    python benchmarks/load.py --clients 8 --seconds 10
    python benchmarks/load.py --database postgresql://user@host/name

Each client is an account of its own that again and again adds a photograph, looks at the worklist, opens a case, and
looks at its photograph. The server is a process of its own, as `melanoscope serve` starts it; the clients take their
share of the same cores. At the end it waits until all is scored. Exit code 1 where any request failed.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Lock

import httpx
import numpy as np
from PIL import Image

from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.security import csrf, sessions
from melanoscope.workstation.security.passwords import hashed
from melanoscope.workstation.service import accounts
from melanoscope.workstation.service.accounts import NewAccount
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role

SOURCES = Path(__file__).parent.parent / "tests" / "data" / "photographs"
MAIN = "from melanoscope.cli import main; main()"
VARIANTS = 8
"""Of each photograph, in other sizes: nobody sends the same one again and again."""


Files = Mapping[str, tuple[str, bytes, str]]


class Seen:
    """What the clients saw: seconds of each kind of request, and what failed."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.failures: list[str] = []
        self._lock = Lock()

    def ask(
        self, client: httpx.Client, kind: str, method: str, address: str, files: Files | None = None
    ) -> httpx.Response | None:
        """The answer; None where there was none, or it was an error."""
        began = time.perf_counter()
        try:
            answer = client.request(method, address, files=files)
        except httpx.TransportError as error:
            self._failed(kind, repr(error))
            return None
        with self._lock:
            self.seconds[kind].append(time.perf_counter() - began)
        if answer.is_success:
            return answer
        self._failed(kind, f"{answer.status_code} {answer.text[:200]}")
        return None

    def _failed(self, kind: str, why: str) -> None:
        with self._lock:
            self.failures.append(f"{kind}: {why}")


def visit(client: httpx.Client, photographs: Iterator[bytes], until: float, seen: Seen) -> None:
    while time.monotonic() < until:
        files = {"photographs": ("lesion.jpg", next(photographs), "image/jpeg")}
        added = seen.ask(client, "add a case", "POST", "/api/v1/cases", files)
        seen.ask(client, "worklist page", "GET", "/")
        if added:
            (kept,) = added.json()
            seen.ask(client, "case page", "GET", f"/cases/{kept['case']}")
            seen.ask(client, "photograph", "GET", f"/photographs/{kept['photograph']}")


def drawn() -> list[bytes]:
    """Photographs that no two are alike of, made before the clock runs."""
    made = []
    for path, variant in itertools.product(sorted(SOURCES.glob("*.jpg")), range(VARIANTS)):
        with Image.open(path) as image:
            width, height = image.size
            file = BytesIO()
            image.crop((4 * variant, 3 * variant, width, height)).save(file, "JPEG", quality=88)
            made.append(file.getvalue())
    return made


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of a server of its own."""
    command = [sys.executable, "-c", MAIN, "serve", "--data", str(settings.data), "--port", "0"]
    command += ["--database", settings.database] if settings.database else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield re.findall(r"http://\S+", process.stdout.readline())[0]
        finally:
            process.terminate()


def logged_in(settings: Settings, clients: int) -> list[str]:
    """A session's secret for each client."""
    store, password = Store(settings.url), hashed("four words are enough")
    with store.writing() as session:
        made = [
            sessions.begin(session, accounts.create(session, SYSTEM, NewAccount(f"client-{n}", password, Role.READER)))
            for n in range(clients)
        ]
    store.close()
    return made


def table(seen: Seen, seconds: float, scored_after: float) -> None:
    print(f"{'':16}{'requests':>10}{'a second':>10}{'median':>10}{'p95':>10}{'slowest':>10}")
    for kind, times in seen.seconds.items():
        half, most = np.quantile(times, [0.5, 0.95])
        print(
            f"{kind:16}{len(times):>10,}{len(times) / seconds:>10.1f}{half:>8.2f} s{most:>8.2f} s{max(times):>8.2f} s"
        )
    print(f"all scored {scored_after:.1f} s after the last one was sent; {len(seen.failures)} requests failed")
    for failure in seen.failures[:10]:
        print(f"  {failure}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--database", default="")
    given = parser.parse_args(arguments)
    photographs, seen = itertools.cycle(drawn()), Seen()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), given.database)
        secrets = logged_in(settings, given.clients)
        with serving(settings) as address:
            clients = [
                httpx.Client(
                    base_url=address,
                    cookies={sessions.COOKIE: secret},
                    headers={csrf.HEADER: csrf.token(secret)},
                    timeout=60,
                )
                for secret in secrets
            ]
            until = time.monotonic() + given.seconds
            with ThreadPoolExecutor(given.clients) as pool:
                for done in [pool.submit(visit, client, photographs, until, seen) for client in clients]:
                    done.result()
            stopped = time.monotonic()
            while 'melanoscope_queue_jobs{kind="score"} 0.0' not in clients[0].get("/metrics").text:
                time.sleep(0.2)
            print(f"{given.clients} clients, {os.cpu_count()} cores, {settings.url.split(':')[0]}")
            table(seen, given.seconds, time.monotonic() - stopped)
    return 1 if seen.failures else 0


if __name__ == "__main__":
    sys.exit(main())
