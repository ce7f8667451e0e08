from __future__ import annotations

from melanoscope.bundle import Bundle
from melanoscope.console import DISCLAIMER
from melanoscope.report.page import data_uri, render


def test_every_page_says_that_it_advises_and_which_bundle_spoke(toy: Bundle) -> None:
    page = render("base.html", bundle=toy.description)

    assert DISCLAIMER in page
    assert "toy" in page and toy.description.model_sha256[:12] in page
    assert "Spoken by" not in render("base.html")


def test_a_page_needs_nothing_from_elsewhere() -> None:
    page = render("base.html")

    assert "http" not in page and "<script" not in page and "@import" not in page


def test_a_data_uri_holds_the_bytes() -> None:
    assert data_uri(b"\x00\xff", "image/png") == "data:image/png;base64,AP8="
