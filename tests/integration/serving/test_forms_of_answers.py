"""Nobody decides in which form, or with whose rows, somebody else is answered: what is kept lies under what decided it."""

import httpx
import pytest

from tests.service import Service

SUMMARY = "/api/v1/analytics/savings/summary?organization_id=north"
CSV, JSON = ("Accept", "text/csv"), ("Accept", "application/json")


def _get(service: Service, token: str, *headers: tuple[str, str]) -> httpx.Response:
    sent = [("Authorization", f"Bearer {token}"), *headers]
    return httpx.get(f"{service.url}{SUMMARY}", headers=sent)


@pytest.mark.parametrize("sent", [(CSV, JSON), (JSON, CSV)])
def test_two_headers_that_ask_for_different_forms_poison_nothing(
    service: Service, sent: tuple[tuple[str, str], ...]
) -> None:
    _get(service, service.token("*"), *sent)
    for accept, found in ((CSV, "text/csv; charset=utf-8"), (JSON, "application/json")):
        answer = _get(service, service.token("north"), accept)
        assert answer.headers["content-type"] == found


def test_headers_that_mean_the_same_are_one_answer(service: Service) -> None:
    tags = {
        _get(service, service.token("north"), ("Accept", text)).headers["etag"]
        for text in ("*/*", "application/json", "text/html, application/json;q=0.9", "text/csv;q=0")
    }
    assert len(tags) == 1


def test_two_headers_that_ask_for_different_forms_are_one_list(service: Service) -> None:
    token = service.token("north")
    for sent in ((JSON, ("Accept", "text/csv;q=0.5")), (("Accept", "text/csv;q=0.5"), JSON)):
        assert _get(service, token, *sent).headers["content-type"] == "application/json"
    for sent in ((CSV, ("Accept", "text/html")), (("Accept", "text/html"), CSV)):
        assert _get(service, token, *sent).headers["content-type"].startswith("text/csv")
