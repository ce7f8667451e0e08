"""A real Chromium, and a workstation that runs in a process of its own for it to look at."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import served
from melanoscope.workstation import queue
from melanoscope.workstation.security import sessions
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import JobKind, Role
from stations import PATIENCE, scored

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 900}, "is_mobile": True, "has_touch": True}
expect.set_options(timeout=PATIENCE * 1000)
AXE = Path(__file__).parent / "vendor" / "axe.min.js"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """It ends with the module: while it runs, no other event loop can in this thread."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@dataclass(frozen=True)
class Clinic:
    """A running workstation, the link for its first account, its inside, and the sessions of who works there."""

    address: str
    invitation: str
    folder: Path
    store: Store
    secrets: dict[str, str]

    @contextmanager
    def context(self, browser: Browser, who: str | None, **options: Any) -> Iterator[BrowserContext]:
        """A browser window of a person, or of a stranger."""
        context = browser.new_context(base_url=self.address, **{"locale": "en", **options})
        context.set_default_timeout(PATIENCE * 1000)
        if who is not None:
            context.add_cookies([{"name": sessions.COOKIE, "value": self.secrets[who], "url": self.address}])
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def page(self, browser: Browser, who: str | None, **options: Any) -> Iterator[Page]:
        """A page on which any error that the browser reports fails the test."""
        with self.context(browser, who, **options) as context:
            page = context.new_page()
            wrong: list[str] = []
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: wrong.append(said.text) if _is_ours(said.type, said.text) else None)
            yield page
            assert not wrong, wrong

    def program(self, who: str) -> httpx.Client:
        """A person's session, without a browser."""
        return served.client(self.address, self.secrets[who])

    def add(self, *photographs: Path, **about: str) -> list[str]:
        """The addresses of new cases, one of each photograph, once they are scored; `about` is what the API takes."""
        with self.program("bea") as program:
            before = {case["id"] for case in scored(program)}
            for path in photographs:
                files = {"photographs": (path.name, path.read_bytes())}
                program.post("/api/v1/cases", files=files, data=about).raise_for_status()
            return [f"/cases/{case['id']}" for case in scored(program) if case["id"] not in before]

    def send(self, who: str, address: str, **form: str) -> None:
        """A form that is accepted."""
        with self.program(who) as program:
            answer = program.post(address, data=form)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text

    def decide(self, who: str, case: str, **form: str) -> None:
        """Sign a decision on a case as its page now is."""
        with self.program(who) as program:
            version = re.search(r'name="version" value="(\d+)"', program.get(case).text)
        assert version
        self.send(who, f"{case}/decide", version=version[1], signed="true", **form)

    def rest(self, kind: JobKind) -> None:
        """Wait until nothing of this kind waits."""
        with self.store.reading() as session:
            while queue.waiting(session, kind):
                session.rollback()  # what another process has done meanwhile is not seen before
                time.sleep(0.05)

    def case(self, address: str) -> Any:
        """As the API gives it."""
        with self.program("ada") as program:
            return program.get(f"/api/v1{address}").raise_for_status().json()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with clinic_in(tmp_path_factory.mktemp("clinic")) as clinic:
        yield clinic


@contextmanager
def clinic_in(folder: Path) -> Iterator[Clinic]:
    """Ada administers it, Bea and Cem read, Dia uploads, Eva audits."""
    roles = {
        "ada": Role.ADMINISTRATOR,
        "bea": Role.READER,
        "cem": Role.READER,
        "dia": Role.UPLOADER,
        "eva": Role.AUDITOR,
    }
    with served.serving(folder, 2) as (_, addresses):
        secrets = {name: served.session_of(Settings(folder), name, role) for name, role in roles.items()}
        store = Store(Settings(folder).url)
        yield Clinic(addresses[0].rstrip("/"), addresses[1], folder, store, secrets)
        store.close()


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical on a page as it is now: the rule, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then(({violations}) => violations)"
    )
    return [
        f"{each['id']}: {' '.join(node['target'])}"
        for each in found
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


def _is_ours(kind: str, text: str) -> bool:
    """An answer that is an error is told as one on the console too; tests of such answers look at them themselves."""
    return kind == "error" and not re.match("Failed to load resource", text)
