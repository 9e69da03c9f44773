"""No route tells one organisation anything of another: tried with routes, roles, organisations and parameters at random."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persons.columns import NOT_PERSONAL
from serving.api.access import ANY_ROLE
from serving.app import create_app
from serving.publish import publish
from tests.examples import examples
from tests.integration.serving.conftest import published
from tests.service import Service, serving
from tests.unit.serving.explain.published import Row, add_tables
from tests.unit.serving.explain.test_ledger import CANDIDATE, LINE, PART, RECORD, ROW
from tests.unit.serving.explain.test_tasks import BY_REQUEST, TASK

ORGANIZATIONS = ("north", "south", "unpriced")
# What is true of one organisation only, and stands in its rows alone.
TRACES = {
    "north": ("ada", "bob", "10.500000", "north", "27.000000"),
    "south": ("eve", "1000.000000", "2000.000000", "3000.000000", "south"),
    "unpriced": ("unpriced",),
}
PERSONS = ("ada", "bob", "eve")
COMPANY = ("17.250001", "17.25", "claude_api", "1010.000001")
MARTS = (
    "mart_savings__daily",
    "marts.mart_savings__duration_histogram",
    "mart_savings__user_days",
    "fct_ai_spend_daily",
    "quality.dq_usage_without_price",
    "dim_provider_pricing",
    "quality.price_restatements",
)
EXPLAINED = (
    "/analytics/explain/ledger/s1",
    "/analytics/explain/ledger/s9",
    "/analytics/explain/tasks/t1",
    "/analytics/explain/tasks/t2",
    "/analytics/explain/tasks/t9",
    "/analytics/worklist",
)
ROUTES = (
    "/analytics/savings/summary",
    "/analytics/costs/by-provider",
    "/analytics/tasks/performance",
    "/analytics/usage/metrics",
    "/analytics/spend",
    "/analytics/marts",
    *EXPLAINED,
    *(f"/analytics/marts/{mart}" for mart in MARTS),
    "/reports/executive.csv",
    "/reports/executive.json",
    "/user/data/export",
    "/user/data/erasures/nothing",
)
# Routes that refuse whatever else is sent.
TAKES = {
    "/reports/executive.csv": ("organization_id",),
    "/reports/executive.json": ("organization_id",),
    "/analytics/marts": ("format",),
    "/analytics/explain/ledger/s1": ("format",),
    "/analytics/explain/ledger/s9": ("format",),
    "/analytics/explain/tasks/t1": ("organization_id", "format"),
    "/analytics/explain/tasks/t2": ("organization_id", "format"),
    "/analytics/explain/tasks/t9": ("organization_id", "format"),
    "/analytics/worklist": ("format",),
    "/user/data/export": ("subject",),
    "/user/data/erasures/nothing": (),
}
asked_for = st.sampled_from(
    (*ORGANIZATIONS, "*", "nobody", "north,south", "NORTH", "south%00", " south")
)
parameters = st.lists(
    st.one_of(
        st.tuples(st.just("organization_id"), asked_for),
        st.tuples(st.sampled_from(("organization_id.ne", "organization_id.gte")), asked_for),
        st.tuples(st.just("organization_id.is"), st.sampled_from(("null", "known"))),
        st.tuples(st.just("format"), st.sampled_from(("csv", "json"))),
        st.tuples(st.just("provider"), st.sampled_from(("alpha", "beta", "' or 1=1 --"))),
        st.tuples(st.just("limit"), st.integers(1, 9).map(str)),
        st.tuples(st.sampled_from(("user_id", "subject")), st.sampled_from(PERSONS)),
    ),
    max_size=4,
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.sampled_from(("text/csv", "application/json", "*/*")),
        "If-None-Match": st.sampled_from(("*", '"x"')),
    },
)


def make_explainable(connection: duckdb.DuckDBPyConnection) -> None:
    """Add a row of the company's ledger that can be explained, and a task of each of two organisations."""
    connection.execute("set TimeZone = 'UTC'")
    spend = "marts.fct_ai_spend_daily"
    connection.execute(f"create table spend as select * from {spend}; drop table {spend}")
    money = {"spend_usd": "17.250001", "origin_usd": "17.250001", "person_email": "ada"}
    line = {
        "spend_method": "vendor_actor_cost",
        "line_usd": "17.250001",
        "stated_usd": "17.250001",
    }
    owner: Row = {"owner_email": "ada", "attribution_confidence": "0.9", "candidate_rank": 1}
    task = {**TASK, "actual_cost_usd": "0.01", "baseline_cost_usd": "0.01", "savings_usd": "0"}
    add_tables(
        connection,
        fct_ai_spend_daily=[{**ROW, "spend_usd": "17.250001", "person_email": "ada"}],
        mart_finance__spend_parts=[{**PART, **money}],
        mart_finance__spend_lines=[{**LINE, **line}],
        mart_finance__spend_records=[
            {**RECORD, "stated_amount_text": "1725.0001", "record_usd": "17.250001"}
        ],
        mart_finance__owner_candidates=[{**CANDIDATE, **owner}],
        dim_api_keys=[],
        dim_workspaces=[],
        fct_task_executions=[
            {**task, "organization_id": "north", "user_id": "ada"},
            {**task, "task_id": "t2", "organization_id": "south", "user_id": "eve"},
        ],
        mart_savings__rates=[
            {
                **BY_REQUEST,
                "provider": name,
                "price_version": version,
                "member_price_versions": version,
            }
            for name, version in (("cheap", "v_cheap"), ("dear", "v_dear"))
        ],
        fct_routing_decisions=[],
    )
    columns = (
        "usage_date, vendor, platform, category, team_name, person_email, spend_usd, is_provisional"
    )
    connection.execute(
        f"insert into {spend} by name select {columns}, attribution_confidence, loaded_at from spend;"
        " drop table spend; drop table marts.dim_provider_pricing"
    )
    add_tables(connection, dim_provider_pricing=[{"provider": "alpha", "price_source": "contract"}])


Tenants = tuple[Service, httpx.Client, dict[tuple[str, ...], str]]


@pytest.fixture(scope="module")
def tenants(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Tenants]:
    """A service and one token for each role and choice of organisations."""
    choices = [(), *((name,) for name in ORGANIZATIONS), ("north", "unpriced"), ("*",)]
    settings = published(tmp_path_factory.mktemp("tenants"))
    with duckdb.connect(str(settings.duckdb_path)) as connection:
        make_explainable(connection)
    publish(settings)
    with serving(settings) as running:
        tokens = {
            (role, *chosen): running.token(*chosen, role=role)
            for role in sorted(ANY_ROLE)  # leads and persons: test_own_rows.py
            for chosen in choices
        }
        with httpx.Client(timeout=30) as client:
            yield running, client, tokens


def _told(answer: httpx.Response) -> str:
    """Return what an answer tells beyond what was asked and where it comes from."""
    if answer.status_code in (304, 401, 403, 404, 422):
        return answer.text
    if not answer.headers["content-type"].startswith("application/json"):
        return answer.text
    found = json.loads(answer.text)
    if found.get("next"):
        asked = set(answer.request.url.params.multi_items())
        given = httpx.URL(found["next"]).params.multi_items()
        found["next"] = [pair for pair in given if pair not in asked]
    return json.dumps(
        {name: value for name, value in found.items() if name not in ("freshness", "mart")}
    )


@settings(
    max_examples=examples(300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_token_is_told_of_another_organization(tenants: Tenants, data: st.DataObject) -> None:
    service, client, tokens = tenants
    role, *bound = data.draw(st.sampled_from(sorted(tokens)), label="token")
    route = data.draw(st.sampled_from(ROUTES), label="route")
    sent = data.draw(parameters, label="parameters")
    if data.draw(st.booleans(), label="what the route takes"):
        sent = [(name, value) for name, value in sent if name in TAKES.get(route, (name,))]
    answer = client.get(
        f"{service.url}/api/v1{route}",
        params=sent,
        headers={**data.draw(headers), "Authorization": f"Bearer {tokens[(role, *bound)]}"},
    )
    _assert_nothing_of_others(answer, route, role, bound, dict(sent).get("organization_id", ""))


def _assert_nothing_of_others(
    answer: httpx.Response, route: str, role: str, bound: list[str], asked: str
) -> None:
    assert answer.status_code in (200, 304, 400, 403, 404, 422), answer.text
    told = _told(answer)
    words = set(re.findall(r"[\w.*-]+", told))
    if "*" not in bound:
        for name in set(ORGANIZATIONS) - set(bound):
            assert not words & set(TRACES[name]), f"{name}: {told}"
            assert answer.headers.get("etag") is None or name not in asked
        assert not any(trace in told for trace in COMPANY), told
    if route == "/analytics/marts/dim_provider_pricing":
        # Prices are for every token of some organisation, and for no other.
        assert (answer.status_code == 403) == (not bound)
    if role == "viewer" or (route.startswith("/user") and role != "privacy_officer"):
        assert not words & set(PERSONS), told
    if answer.status_code == 403:
        assert answer.json()["detail"] == "This token is not made for what was asked."


@pytest.mark.parametrize("route", EXPLAINED)
def test_no_explanation_is_told_to_another_organization(tenants: Tenants, route: str) -> None:
    """Every token, and the rows and tasks of every organisation: what is drawn at random meets few of them."""
    service, client, tokens = tenants
    n_told = 0
    for (role, *bound), token in tokens.items():
        for asked in ORGANIZATIONS if "tasks" in route else ("",):
            answer = client.get(
                f"{service.url}/api/v1{route}",
                params={"organization_id": asked} if asked else {},
                headers={"Authorization": f"Bearer {token}"},
            )
            _assert_nothing_of_others(answer, route, role, bound, asked)
            n_told += answer.status_code == 200
    # Admin and privacy officer: of the company; of a task, also of its organisation alone or of that beside another.
    assert n_told == {"s1": 2, "t1": 6, "t2": 4, "worklist": 2}.get(route.rsplit("/", 1)[1], 0)


def _all_that_north_is_told_of_marts(service: Service) -> list[object]:
    """Return the list of marts, and every page of the daily savings with the place of the next one."""
    told: list[object] = []
    with service.client("north", role="admin") as client:
        told.append(client.get("/analytics/marts").json()["marts"])
        following = "/api/v1/analytics/marts/mart_savings__daily?limit=1"
        while following:
            page = client.get(f"{service.url}{following}").json()
            following = page["next"]
            told.append((page["rows"], following and httpx.URL(following).params["after"]))
    return told


def test_rows_of_another_organization_change_nothing_that_one_is_told(service: Service) -> None:
    before = _all_that_north_is_told_of_marts(service)
    daily = "marts.mart_savings__daily"
    service.change(
        f"create table added as select * replace ('an' || organization_id as organization_id) from {daily}",
        f"insert into added select * from {daily}",
        f"create or replace table {daily} as select * from added",
    )
    service.look()
    with service.client("*") as client:
        rows = client.get("/analytics/marts/mart_savings__daily").json()["rows"]
    assert [row["organization_id"][:2] for row in rows[:6]] == ["an"] * 6
    assert _all_that_north_is_told_of_marts(service) == before
    assert [told[1] for told in before[1:]] == ["1", "2", "3", None]  # type: ignore[index]


def test_every_route_asks_for_a_token(lasting: Service) -> None:
    document = httpx.get(f"{lasting.url}/api/v1/openapi.json").json()
    closed = [
        path
        for path, found in document["paths"].items()
        if found["get" if "get" in found else "delete"]["security"]
    ]
    assert set(closed) >= {f"/api/v1{route}" for route in ROUTES[:6]}
    for path, operations in document["paths"].items():
        for method in operations:
            answer = httpx.request(method, f"{lasting.url}{path.replace('{', '').replace('}', '')}")
            assert answer.status_code == (401 if path in closed else 200), path


def test_columns_that_are_not_personal_do_not_name_persons() -> None:
    assert not [
        name for name in NOT_PERSONAL if re.search(r"email|user|person|owner|alias_value", name)
    ]


def test_application_without_its_gate_lets_nobody_in(tmp_path: Path) -> None:
    app = create_app(published(tmp_path))
    app.user_middleware.clear()
    transport = httpx.ASGITransport(app=app)

    async def ask() -> int:
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return (await client.get("/api/v1/analytics/spend")).status_code

    assert asyncio.run(ask()) == 401
