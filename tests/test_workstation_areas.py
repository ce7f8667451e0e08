"""The navigation: everyone begins where they may be, and no link leads them to what they may not see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import stations
from melanoscope.workstation.store.words import Role
from melanoscope.workstation.web.areas import home


@pytest.mark.parametrize("role", Role)
def test_no_link_of_a_page_leads_to_a_refusal(tmp_path: Path, role: Role) -> None:
    with stations.station(tmp_path) as client:
        stations.log_in(client, "ada", role)
        page = client.get(home(role)).text
        links = set(re.findall(r'<a [^>]*?href="(/[^"]*)"', page))
        assert {home(role), "/profile"} <= links
        assert not {link: client.get(link).status_code for link in links if not client.get(link).is_success}


@pytest.mark.parametrize(("address", "area"), [("/add", "/add"), ("/accounts/ada", "/accounts")])
def test_the_navigation_says_where_one_is(tmp_path: Path, address: str, area: str) -> None:
    with stations.station(tmp_path) as client:
        stations.log_in(client, "ada")
        page = client.get(address).text
    assert re.findall(r'<a href="(\S+)" aria-current="\w+">', page) == [area]
