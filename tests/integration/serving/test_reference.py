"""The OpenAPI document as a page: everything that can be asked, for people, from this host alone."""

import re

import httpx

from serving.api.addresses import PREFIX
from tests.service import Service


def test_the_page_has_every_address_and_asks_nobody(lasting: Service) -> None:
    page = httpx.get(f"{lasting.url}{PREFIX}/docs").text
    document = httpx.get(f"{lasting.url}{PREFIX}/openapi.json").json()
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"<code>{method.upper()} {path}</code>" in page, path
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"https?:", page)
    assert "organization_id" in page
    assert "Open to everybody." in page
    assert len(re.findall(r'id="([^"]+)"', page)) == len(set(re.findall(r'id="([^"]+)"', page)))
