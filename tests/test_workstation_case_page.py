"""The page of a case and its report, as a browser gets them."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import update

import stations
from melanoscope.prediction import Outcome
from melanoscope.workstation.clock import now
from melanoscope.workstation.service import cases, reference
from melanoscope.workstation.store.accounts import LoginSession
from melanoscope.workstation.store.operations import AuditEntry
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import CaseStatus, Role
from station_readers import said_by_another, scored


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada")
        yield opened


@pytest.fixture
def case_id(client: TestClient, photographs: list[Path]) -> str:
    here = stations.of(client)
    return scored(here.store, here.photographs, photographs[0], Outcome.REVIEW, 0.3)


def photograph_of(client: TestClient, case_id: str) -> str:
    found = re.search(r'src="(/photographs/[^"/]+)"', client.get(f"/cases/{case_id}").text)
    assert found
    return found[1]


def in_form(page: str, form: str, sentence: str) -> bool:
    """Whether the form says `sentence`, and the browser goes there."""
    found = re.search(rf'/{form}">.*?</form>', page, re.DOTALL)
    return found is not None and f" autofocus>{sentence}</p>" in found[0]


def sheets(pdf: bytes) -> int:
    """How many pages a PDF has, whose objects lie in compressed streams."""
    streams = re.findall(rb"/FlateDecode[^>]*>>\nstream\n(.*?)\nendstream", pdf, re.DOTALL)
    return sum(len(re.findall(rb"/Type ?/Page\b", zlib.decompress(each))) for each in streams)


def test_the_page_says_what_was_found_how_sure_it_is_and_by_which_bundle(client: TestClient, case_id: str) -> None:
    text = client.get(f"/cases/{case_id}").text
    for said in ("30.0&nbsp;%", "30.0\xa0%", "30.0 %"):
        text = text.replace(said, "30.0 %")
    assert "30.0 %" in text and "Melanoma, Nevus." in text
    assert "in 95 of 100 melanomas and 90 of 100 other lesions" in text
    assert f"Said by the bundle {stations.SHIPPED}" in text and "Research use only" in text


def test_the_map_has_the_proportions_of_the_photograph(client: TestClient, case_id: str) -> None:
    address = photograph_of(client, case_id)
    photograph = Image.open(BytesIO(client.get(address).content))
    drawn = Image.open(BytesIO(client.get(f"{address}/map").content))
    assert drawn.mode == "RGBA"
    assert drawn.width / drawn.height == pytest.approx(photograph.width / photograph.height, rel=0.02)


def test_what_was_written_stays_where_it_cannot_be_signed(client: TestClient, case_id: str) -> None:
    unsigned = stations.decide(client, case_id, kind="refer", reason="To the tumour board.", signed="false")
    assert unsigned.status_code == 422 and "Confirm your signature" in unsigned.text
    stale = stations.decide(client, case_id, kind="refer", diagnosis="nevus", reason="To the board.", version="0")
    assert stale.status_code == 422 and "changed since you opened it" in stale.text
    assert "To the board.</textarea>" in stale.text and 'value="nevus" selected' in stale.text
    assert stations.decide(client, case_id, kind="refer", reason="To the board.").status_code == 303


def test_what_is_wrong_stands_in_its_form(client: TestClient, case_id: str) -> None:
    """The browser goes to it: both forms are far down the page."""
    page = f"/cases/{case_id}"
    override = stations.decide(client, case_id, kind="override", reason="Regular network.").text
    assert in_form(override, "decide", "An override needs a diagnosis and a reason.")
    report = {"diagnosis": "melanoma", "reported_on": "yesterday"}
    wrong = stations.post(client, f"{page}/histology", page, **report).text
    assert in_form(wrong, "histology", "“yesterday” is no date. Write it as 2026-11-23.")


def test_what_is_wrong_is_said_where_there_is_no_form(client: TestClient, case_id: str) -> None:
    page, report = f"/cases/{case_id}", {"diagnosis": "melanoma", "reported_on": "2026-03-01"}
    csrf, version = stations.token(client, page), client.get(f"/api/v1{page}").json()["version"]
    with stations.of(client).store.writing() as session:
        cases.find(session, case_id).status = CaseStatus.SCORING
    late = {"csrf": csrf, "version": str(version + 1), "kind": "refer", "signed": "true"}
    assert "still being scored" in client.post(f"{page}/decide", data=late).text
    stations.post(client, "/readings/readers/ada", "/readings", blind="true")
    assert 'role="alert"' in client.post(f"{page}/histology", data=report | {"csrf": csrf}).text


def test_a_case_without_a_site_shows_by_what_it_is_known(client: TestClient, case_id: str) -> None:
    text = client.get(f"/cases/{case_id}").text
    assert f"<h1>Case {case_id[:6]}</h1>" in text and f"<code>{case_id}</code>" in text


def test_a_diagnosis_that_is_not_the_most_probable_is_explained(client: TestClient, case_id: str) -> None:
    page, store = f"/cases/{case_id}", stations.of(client).store
    said = client.get(f"/api/v1{page}").json()["photographs"][0]["prediction"]
    likeliest = said["probabilities"][0]["diagnosis"]
    for diagnosis in (likeliest, "vascular_lesion"):
        with store.writing() as session:
            session.execute(update(StoredPrediction).values(diagnosis=diagnosis))
        assert ("although" in client.get(page).text) is (diagnosis != likeliest)


def test_a_signature_shows_the_full_name(client: TestClient, case_id: str) -> None:
    page, signature = f"/cases/{case_id}", "Dr. Ada Kaya (ada)"
    assert "I sign this as ada." in client.get(page).text
    assert stations.post(client, "/profile/full-name", "/profile", full_name=" Dr. Ada  Kaya ").status_code == 303
    assert f"I sign this as {signature}." in client.get(page).text
    stations.decide(client, case_id, kind="refer")
    assert f"signed by {signature}" in client.get(page).text.replace("</span>", "")
    assert f"Signed electronically by {signature}" in client.get(f"{page}/report").text
    signed = client.get(f"/api/v1{page}").json()["decisions"][-1]
    assert (signed["signed_by"], signed["signed_as"]) == ("ada", signature)
    stations.post(client, "/profile/full-name", "/profile", full_name="Dr. Ada Berg")
    assert f"Signed electronically by {signature}" in client.get(f"{page}/report").text  # as they were called then
    too_long = stations.post(client, "/profile/full-name", "/profile", full_name="x" * 201)
    assert too_long.status_code == 422 and "200 characters at most" in too_long.text


def test_a_german_report_is_german(client: TestClient, case_id: str) -> None:
    text = client.get(f"/cases/{case_id}/report", headers={"Accept-Language": "de"}).text
    assert "Nur für die Forschung" in text and "Research use only" not in text


def test_an_old_login_signs_with_the_password(client: TestClient, case_id: str) -> None:
    with stations.of(client).store.writing() as session:
        session.execute(update(LoginSession).values(confirmed_at=now() - timedelta(hours=2)))
    assert 'name="password"' in client.get(f"/cases/{case_id}").text
    for password in ("", "not my password"):
        refused = stations.decide(client, case_id, kind="agree", password=password)
        assert refused.status_code == 422 and "Nothing was signed" in refused.text
        assert password == "" or password not in refused.text
    assert stations.decide(client, case_id, kind="agree", password=stations.PASSWORD).status_code == 303
    assert 'name="password"' not in client.get(f"/cases/{case_id}").text


def test_histology_is_recorded_with_a_comma_or_a_point(client: TestClient, case_id: str) -> None:
    page = f"/cases/{case_id}"
    form = {"diagnosis": "melanoma", "reported_on": "2026-03-01", "breslow_mm": "0,8"}
    assert stations.post(client, f"{page}/histology", page, **form).status_code == 303
    assert "Breslow 0.8 mm" in client.get(page).text
    for wrong in ({"breslow_mm": "thick"}, {"breslow_mm": "nan"}, {"reported_on": "yesterday"}):
        assert stations.post(client, f"{page}/histology", page, **form | wrong).status_code == 422


def test_a_scale_is_set_beside_the_photograph(client: TestClient, case_id: str) -> None:
    page, address = f"/cases/{case_id}", photograph_of(client, case_id)
    assert stations.post(client, f"{address}/scale", page, longer_side="20").status_code == 303
    assert "Scale: known" in client.get(page).text
    assert stations.post(client, f"{address}/scale", page, longer_side="").status_code == 422


def test_who_reads_blind_gets_no_hint_on_the_page(client: TestClient, case_id: str, photographs: list[Path]) -> None:
    assert stations.post(client, "/readings/readers/ada", "/readings", blind="true").status_code == 303
    text = client.get(f"/cases/{case_id}").text
    assert "You read this case blind" in text
    for hint in ("Review</span>", "said in a test", "Probabilit", "/map", "Similar confirmed", "Histology"):
        assert hint not in text
    assert client.get(f"{photograph_of(client, case_id)}/map").status_code == 409
    for other in (f"/cases/{case_id}/report", f"/cases/{case_id}/similar", "/overview", "/api/v1/overview"):
        assert client.get(other).status_code == 409
    assert client.get(f"/api/v1/cases/{case_id}").json()["outcome"] is None
    committed = stations.decide(client, case_id, kind="biopsy", diagnosis="melanoma")
    assert committed.status_code == 303
    assert "said in a test" in client.get(f"/cases/{case_id}").text
    assert "Save as CSV" in client.get("/readings").text
    assert case_id in client.get("/readings.csv").text


def test_a_case_is_scored_again_and_what_was_said_before_stands_beside_it(client: TestClient, case_id: str) -> None:
    page, store = f"/cases/{case_id}", stations.of(client).store
    assert "Ask it of this case" not in client.get(page).text
    said_by_another(store, case_id)
    assert "Ask it of this case" in client.get(page).text
    assert stations.post(client, f"{page}/rescore", page).status_code == 303
    while "What bundles said of this photograph before" not in (text := client.get(page).text):
        assert "is being asked of this case" in text
        time.sleep(0.05)
    assert f"Said by the bundle {stations.SHIPPED}" in text and "said in a test" in text
    assert "Ask it of this case" not in text


def test_an_administrator_lets_a_case_be_read_blind_and_seen_again(client: TestClient, case_id: str) -> None:
    page = f"/cases/{case_id}"
    assert stations.post(client, f"{page}/blinding", page, blind="true").status_code == 303
    reader = stations.browser(client, stations.account(client, "ben", Role.READER))
    assert "You read this case blind" in reader.get(page).text and "Let everybody see it" not in reader.get(page).text
    assert stations.post(reader, f"{page}/blinding", page, blind="false").status_code == 403
    assert stations.post(client, f"{page}/blinding", page, blind="false").status_code == 303
    assert "said in a test" in reader.get(page).text


def test_similar_lesions_are_a_part_of_the_page_or_one_of_their_own(
    client: TestClient, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "measure", lambda bundle: [[0.6, 0.8]] * len(reference.photographs()))
    monkeypatch.setattr(reference, "keep", lambda *_: None)
    whole, part = (client.get(f"/cases/{case_id}/similar", headers=each) for each in ({}, {"HX-Request": "true"}))
    assert "<title>" in whole.text and "<title>" not in part.text and 'id="similar"' in part.text
    picture = client.get(f"/reference/{reference.photographs()[0].path.name}")
    assert picture.headers["content-type"] == "image/jpeg"
    assert client.get("/reference/truth.csv").status_code == client.get("/reference/..%2Ftruth.csv").status_code == 404


def test_then_and_now_says_what_it_does_not_know(client: TestClient, case_id: str) -> None:
    photograph = photograph_of(client, case_id).rsplit("/", 1)[1]
    text = client.get(f"/cases/{case_id}/earlier/{photograph}?photograph={photograph}").text
    assert "1 times as large" in text and "wrong in 12 of 120 photographs" in text
    assert client.get(f"/cases/{case_id}/earlier/{photograph}?photograph=nothing").status_code == 404


def test_a_report_is_one_sheet_and_is_logged(
    client: TestClient, case_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert "Nobody has signed" in client.get(f"/cases/{case_id}/report").text
    stations.decide(client, case_id, kind="biopsy", diagnosis="melanoma", reason="Atypical <network> & streaks.")
    html = client.get(f"/cases/{case_id}/report").text
    assert "Signed electronically by ada" in html and "Atypical &lt;network&gt; &amp; streaks." in html
    assert "Research use only" in html and f"Said by the bundle {stations.SHIPPED}" in html
    for address in (f"/cases/{case_id}/report.pdf", f"/api/v1/cases/{case_id}/report.pdf"):
        pdf = client.get(address)
        assert pdf.headers["content-type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
        assert sheets(pdf.content) == 1
        assert "no-store" in pdf.headers["cache-control"]
    assert "weasyprint" not in {record.name for record in caplog.records}  # it warns of a style that it does not know
    with stations.of(client).store.reading() as session:
        logged = session.query(AuditEntry).filter(AuditEntry.action == "case.report").all()
    assert [entry.detail["form"] for entry in logged] == ["html", "html", "pdf", "pdf"]


def test_an_auditor_sees_readings_but_sets_nobody_blind(client: TestClient) -> None:
    stations.log_in(client, "olga", Role.AUDITOR)
    assert client.get("/readings").status_code == 200
    refused = stations.post(client, "/readings/readers/ada", "/readings", blind="true")
    assert refused.status_code == 403
