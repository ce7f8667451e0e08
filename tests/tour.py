"""A day at a new workstation: its pages and their states, one after the other, each as those see it who get there."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
from fastapi.testclient import TestClient
from PIL import Image, ImageEnhance
from playwright.sync_api import Browser, Page

import stations
from browsers import DESKTOP, PHONE, Clinic
from melanoscope.bundle import Bundle
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import secret
from melanoscope.workstation.security import sessions
from melanoscope.workstation.security.limits import OTHERS
from melanoscope.workstation.security.rates import Rate, Rates
from melanoscope.workstation.service import accounts, administration, second_factor
from melanoscope.workstation.store.words import JobKind, Role

VIEWS: dict[str, dict[str, Any]] = {
    "desk": DESKTOP | {"color_scheme": "light", "locale": "en"},
    "phone": PHONE | {"color_scheme": "dark", "locale": "de"},
}
BEGINNINGS = {"bea": "/", "dia": "/add", "eva": "/audit-log"}
"""Where a reader, an uploader and an auditor begin."""

SEND = """([action, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action})
  const csrf = document.querySelector("input[name=csrf]").value
  for (const [name, values] of Object.entries({csrf, ...fields}))
    for (const value of [values].flat()) form.append(Object.assign(document.createElement("input"), {name, value}))
  document.body.append(form)
  form.submit()
}"""


class NoMore(Rates):
    """Whoever asks has asked too often."""

    def take(self, whose: str, rate: Rate) -> float:
        return 1.0


@dataclass(frozen=True)
class Stop:
    """Who gets there, and how."""

    name: str
    who: str | None
    open: Callable[[Page], object]


def walk(
    browser: Browser,
    clinic: Clinic,
    stops: Iterator[Stop],
    views: Mapping[str, Mapping[str, Any]],
    names: Container[str] | None = None,
    script: str = "",
) -> Iterator[tuple[Stop, str, Page]]:
    """Each stop in each view, before the day goes on: those with one of these `names`, or all.

    `script` runs first on every page.
    """
    with ExitStack() as stack:
        pages: dict[tuple[str, str | None], Page] = {}
        for stop in stops:
            for view, options in views.items() if names is None or stop.name in names else ():
                key = view, stop.who
                if key not in pages:
                    pages[key] = stack.enter_context(clinic.page(browser, stop.who, **options))
                    pages[key].add_init_script(script)
                stop.open(pages[key])
                yield stop, view, pages[key]


def tour(clinic: Clinic, photographs: Sequence[Path], bundle: Bundle) -> Iterator[Stop]:
    """The whole day; `bundle` is another one than the one that speaks."""
    yield from _morning(clinic)
    cases, nobodys = _work(clinic, photographs)
    routine = [case.rsplit("/", 1)[-1] for case in nobodys[-2:]]
    yield Stop("discharge", "bea", sent("/worklist/discharge", lambda: {"case": routine}))
    yield from _judging(clinic, cases)
    yield from _comparing(clinic, bundle)
    yield from _errors(clinic, cases)
    yield from _accounts(clinic)
    for who, start in BEGINNINGS.items():
        for address in linked(clinic, who, start):
            if address == start:
                yield Stop(f"{name_of(address)}-as-{who}", who, at(address))
    for address in linked(clinic, "ada", "/"):
        yield Stop(name_of(address), "ada", at(address))


def at(address: str) -> Callable[[Page], object]:
    return lambda page: page.goto(address)


def sent(address: str, form: Callable[[], Mapping[str, object]]) -> Callable[[Page], object]:
    """The answer to a form."""

    def send(page: Page) -> None:
        page.goto("/profile")  # a stranger is led to the login, which has a token as well
        with page.expect_navigation():
            page.evaluate(SEND, [address, form()])

    return send


def pressed(address: str, key: str) -> Callable[[Page], object]:
    def press(page: Page) -> None:
        page.goto(address)
        page.keyboard.press(key)

    return press


def answered(client: TestClient, address: str) -> Callable[[Page], object]:
    """What another workstation, in this process, answers to the same browser."""

    def answer(page: Page) -> None:
        found = client.get(address, headers={"Accept-Language": page.evaluate("navigator.language")})
        page.route(f"**{address}", lambda route: route.fulfill(status=found.status_code, body=found.content))
        page.goto(address)
        page.unroute(f"**{address}")

    return answer


def kind_of(address: str) -> str:
    """Which page an address leads to: its path, with … for each id."""
    return re.sub(r"[\w-]{20,}|(?<=/)\d+(?=/|$)|(?<=^/accounts/)[^/]+", "…", urlsplit(address).path)


def name_of(address: str) -> str:
    """Such as “case-report” of /cases/…/report."""
    return re.sub(r"[^a-z]+", "-", kind_of(address).replace("s/…", "")).strip("-") or "worklist"


def linked(clinic: Clinic, who: str, start: str) -> Iterator[str]:
    """One page of each kind that links lead `who` to. No link leads to what they may not see, or what is not there."""
    waiting, seen = [start], {kind_of(start)}
    with clinic.program(who) as program:
        while waiting:
            address = waiting.pop(0)
            answer = program.get(address)
            assert answer.is_success, f"a link leads {who} to {address}, which answers {answer.status_code}"
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            yield address
            for link in map(unescape, re.findall(r'<a [^>]*?href="(/[^"]*)"', answer.text)):
                if kind_of(link) not in seen:
                    seen.add(kind_of(link))
                    waiting.append(link)


def _morning(clinic: Clinic) -> Iterator[Stop]:
    """Nobody has added anything yet."""
    yield Stop("first-account", None, at(clinic.invitation))
    yield Stop("login", None, at("/login"))
    yield Stop("login-refused", None, sent("/login", lambda: {"name": "nobody", "password": "wrong"}))
    yield Stop("nothing-waits", "bea", at("/"))
    yield Stop("no-patient", "bea", at("/patients"))
    yield Stop("nothing-measured", "bea", at("/overview"))
    yield Stop("no-reading", "eva", at("/readings"))


def _work(clinic: Clinic, photographs: Sequence[Path]) -> tuple[list[str], list[str]]:
    """Cases of the first patient, and of nobody: the most urgent first. Of a third one the file is damaged."""
    third = len(photographs) // 3
    cases = clinic.add(*photographs[:third], reference="4711", birth_year="1957", site="upper back")
    clinic.add(*photographs[third : 2 * third], reference="4712", sex="female", site="left forearm")
    nobodys = clinic.add(*photographs[2 * third :])
    damaged = clinic.folder / "damaged.jpg"
    damaged.write_bytes(photographs[0].read_bytes()[:5000])
    clinic.add(damaged)
    for case, x in zip(cases, ("0.42", "0.58"), strict=False):
        clinic.send("bea", f"/lesions/{clinic.case(case)['lesion']}", site="upper back", view="back", x=x, y="0.27")
    clinic.send("bea", f"{cases[0]}/acknowledge")
    return cases, nobodys


def _judging(clinic: Clinic, cases: Sequence[str]) -> Iterator[Stop]:
    first, last = cases[0], cases[-1]
    yield Stop("keys", "bea", pressed("/", "?"))
    yield Stop("nothing-found", "bea", at("/?text=nothing+is+called+this&reader=bea"))
    clinic.decide("bea", first, kind="biopsy", reason="Atypical network, blue-white veil.")
    clinic.send("bea", f"{first}/histology", diagnosis="melanoma", reported_on="2026-01-31", breslow_mm="0.8")
    clinic.decide("bea", last, kind="refer", reason="The next one should look.", second_reader="true")
    yield Stop("case-decided", "bea", at(first))
    yield Stop("second-reading", "cem", at(last))
    clinic.send("ada", "/readings/readers/cem", blind="true")
    clinic.decide("cem", first, kind="discharge", diagnosis="nevus", reason="Regular network.")
    yield Stop("readings-as-eva", "eva", at("/readings"))
    yield Stop("worklist-blind", "cem", at("/"))
    yield Stop("case-blind", "cem", at(last))
    yield Stop("conflict", "cem", at(f"{last}/similar"))
    yield from _again(clinic, first)
    yield Stop("case-late", _late(clinic), at(first))


def _again(clinic: Clinic, case: str) -> Iterator[Stop]:
    """The lesion comes again, and the patient's name is asked for."""
    known = clinic.case(case)
    (photograph,) = known["photographs"]
    yield Stop("add-visit", "bea", at(f"/add?lesion={known['lesion']}"))
    (again,) = clinic.add(_later(clinic, photograph), of_lesion=known["lesion"])
    (newer,) = clinic.case(again)["photographs"]
    yield Stop("case-again", "bea", at(again))
    yield Stop("then-and-now", "bea", at(f"{again}/earlier/{photograph['id']}?photograph={newer['id']}"))
    yield Stop("patient-named", "bea", at(f"/patients/{known['patient']['id']}?names=true"))


def _later(clinic: Clinic, photograph: Mapping[str, Any]) -> Path:
    """The same lesion, from nearer and in another light."""
    with clinic.program("ada") as program:
        image = Image.open(BytesIO(program.get(f"/photographs/{photograph['id']}").content))
    width, height = image.size
    nearer = image.crop((width // 12, height // 12, width - width // 12, height - height // 12))
    made = clinic.folder / "later.jpg"
    ImageEnhance.Brightness(nearer).enhance(0.9).save(made)
    return made


def _comparing(clinic: Clinic, bundle: Bundle) -> Iterator[Stop]:
    """Another bundle is asked in silence of all that is there."""
    clinic.send("ada", "/bundles", folder=str(bundle.folder))
    clinic.send("ada", f"/bundles/{bundle.digest}/silence")
    yield Stop("bundle-just-silent", "ada", at("/bundles"))
    clinic.rest(JobKind.SILENT)


def _errors(clinic: Clinic, cases: Sequence[str]) -> Iterator[Stop]:
    too_much = {"kind": "refer", "version": "1", "reason": "x" * (OTHERS + 1)}
    yield Stop("not-found", "bea", at("/nothing"))
    yield Stop("not-found-stranger", None, at("/nothing"))
    yield Stop("forbidden", "dia", at("/accounts"))
    clinic.secrets["gone"] = secret()
    yield Stop("session-ended", "gone", sent(f"{cases[0]}/decide", lambda: {"kind": "refer", "version": "1"}))
    yield Stop("too-large", "bea", sent(f"{cases[0]}/decide", lambda: too_much))
    yield Stop("wrong", "eva", at("/audit-log?since=yesterday"))
    yield Stop("refused", "bea", sent(f"{cases[0]}/decide", lambda: {"kind": "override", "version": "1"}))
    with stations.station(clinic.folder / "busy") as busy:
        busy.app.state.rates = NoMore()  # type: ignore[attr-defined]
        yield Stop("too-often", None, answered(busy, "/login"))


def _accounts(clinic: Clinic) -> Iterator[Stop]:
    with clinic.store.writing() as session:
        invited, _ = (administration.invite(session, SYSTEM, name, Role.READER) for name in ("gil", "hal"))
    token = {"label": "the ward's camera", "days": "90", "scopes": "upload"}
    yield Stop("confirm", "ada", at("/confirm?next=/accounts"))
    yield Stop("login-code", None, at("/login/code"))
    yield Stop("password", None, at(f"/password?link={invited.secret}"))
    yield Stop("password-link", "ada", sent("/accounts/hal/reset", dict))
    yield Stop("token-made", "bea", sent("/profile/tokens", lambda: token))
    yield Stop("recovery-codes", "dia", sent("/profile/second-factor", lambda: {"code": _code(clinic, "dia")}))
    yield Stop("verified", "eva", sent("/audit-log/verify", dict))


def _late(clinic: Clinic) -> str:
    """Bea at a browser where she logged in two hours ago, so that a tick alone does not sign."""
    with clinic.store.writing() as session:
        account = accounts.find(session, "bea")
        assert account
        clinic.secrets["late"] = sessions.begin(session, account, proved_at=now() - timedelta(hours=2))
    return "late"


def _code(clinic: Clinic, name: str) -> str:
    """What a new authenticator shows."""
    with clinic.store.writing() as session:
        account = accounts.find(session, name)
        assert account
        second_factor.forget(session, account)
        return pyotp.TOTP(second_factor.begin(session, accounts.actor_of(account)).secret).now()
