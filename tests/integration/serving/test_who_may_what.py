"""Every route for everybody: the table of `docs/api.md`, asked line by line; by a token, and by a session in a cookie."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from serving.api.addresses import PREFIX
from serving.app import PAGES
from tests.browser import Browser
from tests.integration.serving.people import EVE
from tests.service import Service

# No token, wrong token, then viewer, admin and officer of one organisation and of all, a lead, a person.
WHO = ("nobody", "wrong", "viewer", "viewer*", "admin", "admin*", "officer", "officer*", "lead", "person")  # fmt: skip
OF_ITS_ORGANIZATION = "401 401 200 200 200 200 200 200 403 403"
OF_THE_COMPANY = "401 401 403 200 403 200 403 200 403 403"
PERSONS_OF_THE_COMPANY = "401 401 403 403 403 200 403 200 200 200"
MART = "/analytics/marts"
TABLE = {
    "GET /analytics/savings/summary?organization_id=north": OF_ITS_ORGANIZATION,
    "GET /analytics/costs/by-provider?organization_id=north": OF_ITS_ORGANIZATION,
    "GET /analytics/tasks/performance?organization_id=north": OF_ITS_ORGANIZATION,
    "GET /analytics/usage/metrics?organization_id=north": OF_ITS_ORGANIZATION,
    "GET /analytics/savings/summary?organization_id=south": OF_THE_COMPANY,
    "GET /analytics/spend": OF_THE_COMPANY,
    "GET /organizations": OF_ITS_ORGANIZATION,
    "GET /analytics/marts": "401 401 200 200 200 200 200 200 200 200",
    f"GET {MART}/mart_savings__daily": OF_ITS_ORGANIZATION,
    f"GET {MART}/mart_savings__daily?organization_id=south": OF_THE_COMPANY,
    f"GET {MART}/mart_savings__user_days": "401 401 403 403 200 200 200 200 403 403",
    f"GET {MART}/dim_provider_pricing": OF_ITS_ORGANIZATION,
    f"GET {MART}/quality.price_restatements": OF_THE_COMPANY,
    f"GET {MART}/quality.dq_usage_without_price": "401 401 403 403 403 200 403 200 403 403",
    f"GET {MART}/fct_ai_spend_daily": "401 401 403 403 403 200 403 200 200 403",
    f"GET {MART}/mart_engineering__team_weekly": "401 401 403 200 403 200 403 200 200 403",
    f"GET {MART}/mart_engineering__productivity_daily": PERSONS_OF_THE_COMPANY,
    f"GET {MART}/dim_people": PERSONS_OF_THE_COMPANY,
    # Delivery: whole rows of people, what teams of five and more did, and what knows neither.
    f"GET {MART}/mart_delivery__pull_requests": PERSONS_OF_THE_COMPANY,
    f"GET {MART}/metrics.mart_delivery__phases_weekly": "401 401 403 200 403 200 403 200 200 403",
    f"GET {MART}/mart_delivery__dora_weekly": OF_THE_COMPANY,
    # Nothing of the kind is published here: 404 tells those who may ask.
    f"GET {MART}/nothing": "401 401 404 404 404 404 404 404 404 404",
    "GET /analytics/explain/ledger/s1": "401 401 403 403 403 404 403 404 403 403",
    "GET /analytics/explain/tasks/t1?organization_id=north": "401 401 403 403 404 404 404 404 403 403",
    "GET /analytics/worklist": "401 401 403 403 403 404 403 404 403 403",
    **{
        f"GET /reports/executive.{form}?organization_id=north": OF_ITS_ORGANIZATION
        for form in ("pdf", "csv", "json")
    },
    "GET /user/data/export?subject=nobody@x.example": "401 401 403 403 403 403 403 200 403 403",
    "GET /user/data/export": "401 401 403 403 403 403 403 422 403 200",
    "GET /user/data/erasures/nothing": "401 401 403 403 403 403 403 404 403 403",
    "DELETE /user/data?subject=nobody@x.example": "401 401 403 403 403 403 403 202 403 403",
    "GET /events": "401 401 200 200 200 200 200 200 200 200",
    "GET /openapi.json": "200 200 200 200 200 200 200 200 200 200",
    "GET /healthz": "200 200 200 200 200 200 200 200 200 200",
    "GET /readyz": "200 200 200 200 200 200 200 200 200 200",
    "GET /metrics": "401 401 403 403 403 200 403 403 403 403",
    "GET /nothing": "401 401 404 404 404 404 404 404 404 404",
}
PAGES_TABLE = {
    "GET /api/v1/docs": "200 200 200 200 200 200 200 200 200 200",
    "GET /": "401 401 200 200 200 200 200 200 200 200",
    "GET /boards/nothing": "401 401 404 404 404 404 404 404 404 404",
    "GET /boards/nothing/card.csv": "401 401 404 404 404 404 404 404 404 404",
    "GET /nothing": "401 401 404 404 404 404 404 404 404 404",
}
PAGES_ASKED = {
    "GET /login",
    "POST /login",
    "GET /login/link",
    "POST /logout",
    "GET /login/sso",
    "GET /login/sso/callback",
}
"""What `test_sessions.py` and `test_single_sign_on.py` ask."""
Callers = dict[str, httpx.Client]


def _roles(service: Service) -> Iterator[tuple[str, str]]:
    for name in WHO[2:]:
        role = "privacy_officer" if name.startswith("officer") else name.rstrip("*")
        organizations = ("*",) if name.endswith("*") else ("north",)
        yield name, service.token(*organizations, role=role, person=EVE if role == "lead" else None)


@pytest.fixture(scope="module")
def by_token(staffed: Service) -> Iterator[Callers]:
    tokens = {"wrong": "aiu_00000000_nonsense", **dict(_roles(staffed))}
    clients = {
        name: httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60)
        for name, token in tokens.items()
    }
    yield {"nobody": httpx.Client(), **clients}
    for client in clients.values():
        client.close()


@pytest.fixture(scope="module")
def by_cookie(staffed: Service) -> Iterator[Callers]:
    clients: Callers = {"nobody": httpx.Client(), "wrong": httpx.Client(cookies={"session": "x"})}
    for name, token in _roles(staffed):
        clients[name] = browser = Browser(staffed.url)
        assert browser.sign_in(token).status_code == 303
    yield clients
    for client in clients.values():
        client.close()


def _asked(service: Service, client: httpx.Client, line: str, prefix: str = PREFIX) -> int:
    method, _, path = line.partition(" ")
    headers = {"Accept": "*/*"}
    with client.stream(method, f"{service.url}{prefix}{path}", headers=headers) as answer:
        return answer.status_code


@pytest.mark.parametrize("line", TABLE)
def test_line_by_token(staffed: Service, by_token: Callers, line: str) -> None:
    found = {name: str(_asked(staffed, by_token[name], line)) for name in WHO}
    assert found == dict(zip(WHO, TABLE[line].split(), strict=True))


@pytest.mark.parametrize("line", [line for line in TABLE if line.startswith("GET")])
def test_line_by_cookie(staffed: Service, by_cookie: Callers, line: str) -> None:
    found = {name: str(_asked(staffed, by_cookie[name], line)) for name in WHO}
    assert found == dict(zip(WHO, TABLE[line].split(), strict=True))


@pytest.mark.parametrize("line", PAGES_TABLE)
def test_page(staffed: Service, by_token: Callers, by_cookie: Callers, line: str) -> None:
    expected = dict(zip(WHO, PAGES_TABLE[line].split(), strict=True))
    for callers in (by_token, by_cookie):
        found = {name: str(_asked(staffed, callers[name], line, prefix="")) for name in WHO}
        assert found == expected


def test_cookie_alone_changes_nothing(staffed: Service, by_cookie: Callers) -> None:
    (line,) = [line for line in TABLE if line.startswith("DELETE")]
    for name in WHO[2:]:
        assert _asked(staffed, by_cookie[name], line) == 403, name


def test_every_route_is_in_the_table(staffed: Service) -> None:
    document = httpx.get(f"{staffed.url}{PREFIX}/openapi.json").json()
    routes = {
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if not operation.get("deprecated")
    }
    asked = {line.partition("?")[0] for line in TABLE}
    for place, known in (
        ("{mart}", "nothing"),
        ("{spend_id}", "s1"),
        ("{task_id}", "t1"),
        ("{job_id}", "nothing"),
    ):
        routes = {route.replace(place, known) for route in routes}
    assert routes <= asked
    pages = {
        f"{method} {route.path}"
        for group in PAGES
        for route in group.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    for place, known in (("{name}", "nothing"), ("{card}.{form}", "card.csv")):
        pages = {page.replace(place, known) for page in pages}
    assert pages == PAGES_ASKED | (PAGES_TABLE.keys() - {"GET /nothing"})
