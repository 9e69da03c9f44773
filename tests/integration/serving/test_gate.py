"""Everything is closed but what is listed, and every answer says what browsers may do with it."""

import asyncio

import httpx
import pytest

from serving.api.addresses import OPEN
from tests.browser import PAGE
from tests.service import Service

NOT_THERE = (
    "/api/v1/nothing",
    "/api/v2/healthz",
    "/api/v1/healthz/",
    "/api/v1//metrics",
    "/nothing",
    "/healthz/",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/Login",
    "/login/",
    "/login/nothing",
    "/static",
    "//static/login.css",
    "/boards/executive_overview",
    "/logout",
    "/",
)


def test_open_addresses_are_these_and_no_others() -> None:
    assert sorted(OPEN) == [
        "/api/v1/docs",
        "/api/v1/healthz",
        "/api/v1/openapi.json",
        "/api/v1/readyz",
        "/healthz",
        "/login",
        "/login/link",
        "/login/sso",
        "/login/sso/callback",
        "/readyz",
    ]


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_is_not_listed_is_closed_even_where_there_is_nothing(
    lasting: Service, path: str
) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        answer = httpx.request(method, f"{lasting.url}{path}")
        assert answer.status_code == 401, method
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", NOT_THERE)
def test_browser_that_wants_a_page_is_led_to_the_login(lasting: Service, path: str) -> None:
    answer = httpx.get(f"{lasting.url}{path}", headers=PAGE)
    if path.startswith("/api/"):
        assert answer.status_code == 401
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].split("?")[0] == "/login"
    # Nothing but the wish for a page is answered with one.
    assert httpx.post(f"{lasting.url}{path}", headers=PAGE).status_code == 401


def test_wanted_page_is_remembered_and_never_another_host(lasting: Service) -> None:
    for path, wanted in (
        (
            "/boards/savings?days=30&team=a%20b",
            "/login?next=%2Fboards%2Fsavings%3Fdays%3D30%26team%3Da%2520b",
        ),
        ("//other.example/x", "/login"),
        ("/%5C%5Cother.example", "/login?next=%2F%255C%255Cother.example"),
        ("/", "/login"),
        ("/logout", "/login"),
        (f"/{'x' * 3_000}", "/login"),
    ):
        answer = httpx.get(f"{lasting.url}{path}", headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (303, wanted), path


def test_whoever_has_a_token_learns_that_there_is_nothing(lasting: Service) -> None:
    with lasting.client("north") as client:
        for path in ("/api/v1/nothing", "/nothing", "/docs"):
            assert client.get(f"{lasting.url}{path}").status_code == 404


def test_static_files_are_open_and_lead_nowhere_else(lasting: Service) -> None:
    assert httpx.get(f"{lasting.url}/static/login.css").status_code == 200
    with httpx.Client(base_url=lasting.url) as client:
        for path in ("/static/", "/static/nothing.css", "/static/%2e%2e/templates/login.html"):
            assert client.get(path).status_code == 404
        for path in ("/static/../api/v1/analytics/marts", "/static/..%2f..%2fapi%2fv1%2fevents"):
            request = client.build_request("GET", "/")
            request.url = request.url.copy_with(raw_path=path.encode())
            assert client.send(request).status_code in (401, 404)


def test_nothing_but_http_is_spoken(lasting: Service) -> None:
    sent = []

    async def send(message: object) -> None:
        sent.append(message)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/login", "headers": [], "query_string": b""}
    asyncio.run(lasting.app(scope, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


ANSWERS = (
    ("/login", 200),
    ("/static/login.css", 200),
    ("/healthz", 200),
    ("/metrics", 200),
    ("/nothing", 303),
    ("/api/v1/nothing", 401),
    ("/api/v1/analytics/spend", 200),
    ("/api/v1/analytics/marts/fct_ai_spend_daily", 200),
    ("/api/v1/analytics/spend?start_date=x", 422),
    ("/api/v1/analytics/nothing", 404),
)


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_every_answer_has_the_headers(lasting: Service, path: str, status: int) -> None:
    headers = dict(PAGE)
    if status in (200, 404, 422):
        headers["Authorization"] = f"Bearer {lasting.token('*', role='admin')}"
    for _ in range(2):  # worked out, and kept
        answer = httpx.get(f"{lasting.url}{path}", headers=headers)
        assert answer.status_code == status
        found = answer.headers
        assert found["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; connect-src 'self';"
            " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert found["x-content-type-options"] == "nosniff"
        assert found["referrer-policy"] == "no-referrer"
        assert "camera=()" in found["permissions-policy"]
        assert found["cross-origin-opener-policy"] == "same-origin"
        assert found["cross-origin-resource-policy"] == "same-origin"
        assert {"no-store", "private, no-cache"} >= {found["cache-control"]}
        assert "strict-transport-security" not in found
        for name in set(found):
            assert name == "set-cookie" or len(found.get_list(name)) == 1, name
    # As a proxy on this machine says it.
    over_https = httpx.get(
        f"{lasting.url}{path}", headers={**headers, "X-Forwarded-Proto": "https"}
    )
    assert over_https.headers["strict-transport-security"] == "max-age=31536000"
