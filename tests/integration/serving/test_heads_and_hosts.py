"""`HEAD` is answered as `GET` is; nothing that a request says of itself beside its address decides what others are answered."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.service import Service

SUMMARY = "/api/v1/analytics/savings/summary?organization_id=north"
MART = "/api/v1/analytics/marts/mart_savings__daily"
GETS = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/v1/openapi.json",
    "/login",
    "/static/login.css",
    "/",
    "/boards/nothing",
    SUMMARY,
    f"{SUMMARY}&format=csv",
    "/api/v1/analytics/costs/by-provider?organization_id=north",
    "/api/v1/analytics/spend",
    "/api/v1/analytics/marts",
    MART,
    f"{MART}?limit=2&format=csv",
    "/api/v1/reports/executive.json?organization_id=north",
    "/api/v1/events",
    "/api/v1/nothing",
    "/logout",
)


@pytest.fixture(scope="module")
def client(lasting: Service) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {lasting.token('*', role='admin')}"}
    with httpx.Client(base_url=lasting.url, headers=headers, timeout=30) as made:
        yield made


@pytest.mark.parametrize("address", GETS)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_head_is_get_without_the_body(client: httpx.Client, address: str, encoding: str) -> None:
    sent = {"Accept-Encoding": encoding}
    head = client.head(address, headers=sent)
    with client.stream("GET", address, headers=sent) as get:
        assert head.status_code == get.status_code
        ignored = {"date", "content-length", "transfer-encoding", "set-cookie"}
        assert [one for one in head.headers.multi_items() if one[0] not in ignored] == [
            one for one in get.headers.multi_items() if one[0] not in ignored
        ]
        if "content-length" in get.headers and address not in ("/metrics", "/login", "/readyz"):
            assert head.headers["content-length"] == get.headers["content-length"]
    assert head.content == b""
    # The connection is whole afterwards.
    assert client.get("/healthz").json() == {"status": "ok"}


def test_head_is_not_for_everybody(lasting: Service) -> None:
    assert httpx.head(f"{lasting.url}{SUMMARY}").status_code == 401
    with lasting.client("south") as other:
        assert other.head(f"{lasting.url}{SUMMARY}").status_code == 403


def _raw(service: Service, path: str, *lines: str) -> str:
    parts = urlsplit(service.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as raw:
        asked = "\r\n".join((f"GET {path} HTTP/1.1", *lines, "Connection: close", "", ""))
        raw.sendall(asked.encode())
        return b"".join(iter(lambda: raw.recv(65_536), b"")).decode("latin-1")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/analytics/marts/",
        "/login/",
        "/static",
        "//evil.example/",
        "/healthz/",
        "http://evil.example/api/v1/analytics/marts/",
    ],
)
def test_host_leads_nowhere(lasting: Service, path: str) -> None:
    token = lasting.token("*", role="admin")
    for lines in (
        ("Host: evil.example", f"Authorization: Bearer {token}"),
        ("Host: evil.example", "Accept: text/html"),
        ("Host: 127.0.0.1", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"),
    ):
        answer = _raw(lasting, path, *lines)
        assert answer.split()[1] in ("303", "401", "404")
        location = [one for one in answer.splitlines() if one.lower().startswith("location:")]
        assert all(one.split(" ", 1)[1].startswith("/login") for one in location), answer
        assert "http://evil" not in answer.partition("\r\n\r\n")[0]


ODD = {
    "another host": [("Host", "evil.example")],
    "a host that a proxy saw": [("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil")],
    "another scheme": [("X-Forwarded-Proto", "https")],
    "a prefix": [("X-Forwarded-Prefix", "/evil"), ("X-Script-Name", "/evil")],
    "another address": [("X-Original-URL", "/api/v1/analytics/spend"), ("X-Rewrite-URL", "/")],
    "another method": [("X-HTTP-Method-Override", "HEAD"), ("X-HTTP-Method", "DELETE")],
    "a range": [("Range", "bytes=0-9"), ("If-Range", '"x"')],
    "an encoding": [("Accept-Encoding", "gzip;q=0, br, *;q=0")],
    "encodings in pieces": [("Accept-Encoding", "identity"), ("Accept-Encoding", "gzip")],
    "a language": [("Accept-Language", "de"), ("Accept-Charset", "utf-16")],
    "a cookie": [("Cookie", "session=x; __Host-session=y; format=csv")],
    "a known answer": [("If-None-Match", '"x"'), ("If-Modified-Since", "Tue, 01 Jan 2030 00:00:00 GMT")],
    "a form in capitals": [("Accept", "TEXT/CSV;q=0.1, Application/JSON")],
    "what caches are told": [("Cache-Control", "no-store"), ("Pragma", "no-cache"), ("TE", "trailers")],
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("path", [SUMMARY, MART, "/api/v1/analytics/marts"])
def test_what_one_has_sent_changes_nothing_for_the_next(
    lasting: Service, what: str, path: str
) -> None:
    glue = "&" if "?" in path else "?"
    # Asked by nobody before, so that the odd one is the first.
    number = list(ODD).index(what) + 1
    address = {
        SUMMARY: f"{SUMMARY}&end_date=2026-07-{number:02}",
        MART: f"{MART}{glue}limit={number + 100}",
    }.get(path, path)
    first, second = lasting.token("*"), lasting.token("*")
    headers = [("Authorization", f"Bearer {first}"), *ODD[what]]
    assert httpx.get(f"{lasting.url}{address}", headers=headers).status_code == 200
    after = httpx.get(f"{lasting.url}{address}", headers={"Authorization": f"Bearer {second}"})
    plain = httpx.get(
        f"{lasting.url}{address}",
        headers={"Authorization": f"Bearer {second}", "Accept-Encoding": "identity"},
    )
    assert after.status_code == plain.status_code == 200
    assert after.content == plain.content
    assert after.headers["content-type"] == "application/json"
    assert after.headers["etag"] == plain.headers["etag"]
    assert "evil" not in after.text + str(after.headers)
    assert "strict-transport-security" not in after.headers


def test_order_and_repetition_of_parameters_change_no_figure(lasting: Service) -> None:
    with lasting.client("north") as client:
        base = client.get("/analytics/savings/summary?organization_id=north&period=month").json()
        for query in (
            "period=month&organization_id=north",
            "organization_id=north&period=day&period=month",
            "organization_id=%6eorth&period=m%6fnth",
            "organization_id=south&organization_id=north&period=month",
        ):
            assert client.get(f"/analytics/savings/summary?{query}").json() == base, query
        for query in ("format=csv&format=json", "format=json"):
            answer = client.get(f"/analytics/savings/summary?organization_id=north&{query}")
            assert answer.headers["content-type"] == "application/json"
        # The one that counts is the one that is permitted.
        refused = "organization_id=north&organization_id=south"
        assert client.get(f"/analytics/savings/summary?{refused}").status_code == 403


def test_tag_of_one_tenant_is_known_to_no_other(lasting: Service) -> None:
    with lasting.client("north") as north, lasting.client("south") as south:
        path = "/analytics/marts/mart_savings__daily"
        tag = north.get(path).headers["etag"]
        assert south.get(path, headers={"If-None-Match": tag}).status_code == 200
        assert north.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_header_that_is_no_list_is_sent_once(lasting: Service) -> None:
    mine, theirs = lasting.token("north"), lasting.token("south")
    answer = httpx.get(
        f"{lasting.url}{SUMMARY}",
        headers=[("Authorization", f"Bearer {mine}"), ("Authorization", f"Bearer {theirs}")],
    )
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "The header authorization was sent twice.",
    )


def test_token_beside_a_cookie_decides_alone(lasting: Service) -> None:
    with lasting.browser("north") as browser:
        allowed = browser.get(f"{lasting.url}{SUMMARY}")
        assert allowed.status_code == 200
        sent = {"Authorization": f"Bearer {lasting.token('south')}"}
        assert browser.get(f"{lasting.url}{SUMMARY}", headers=sent).status_code == 403
        page = browser.get("/", headers=sent)
        assert 'name="csrf_token" value=""' in page.text or "csrf_token" not in page.text


def test_what_comes_after_a_body_is_no_header(lasting: Service) -> None:
    token = lasting.token("north")
    parts = urlsplit(lasting.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as raw:
        raw.sendall(
            f"GET {SUMMARY} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            f"0\r\nAuthorization: Bearer {token}\r\nAccept: text/csv\r\n\r\n".encode()
        )
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 401 ")


def test_instruments_are_for_their_own_token(lasting: Service) -> None:
    with lasting.client(role="metrics") as scraper:
        for address in ("/metrics", f"{lasting.url}/metrics"):
            answer = scraper.get(address)
            assert answer.status_code == 200
            assert "ai_table_rows" in answer.text
        for address in GETS:
            if address.startswith("/api/v1/a") or address in ("/", "/api/v1/events"):
                assert scraper.get(f"{lasting.url}{address}").status_code == 403, address
    assert httpx.get(f"{lasting.url}/metrics").status_code == 401
