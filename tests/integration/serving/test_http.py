"""How answers travel: ETag, gzip, CSV, limits, the health of the service, its metrics and its events."""

import csv
import gzip
import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import duckdb
import httpx
import pytest

from serving.api.answers import Answer
from serving.config import Settings
from tests.service import Service, serving

SUMMARY = "/analytics/savings/summary?organization_id=north"
ANSWERS = (
    SUMMARY,
    "/analytics/costs/by-provider?organization_id=north",
    "/analytics/tasks/performance?organization_id=north",
    "/analytics/usage/metrics?organization_id=north",
    "/analytics/spend",
    "/analytics/marts",
    "/organizations",
    "/analytics/marts/mart_savings__daily",
)


@pytest.fixture
def client(lasting: Service) -> Iterator[httpx.Client]:
    with lasting.client("*", role="admin") as made:
        yield made


@pytest.mark.parametrize("address", ANSWERS)
def test_client_that_has_the_answer_gets_304(client: httpx.Client, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200, first.text
    tag = first.headers["etag"]
    for sent in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = client.get(address, headers={"If-None-Match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    other_format = client.get(address, headers={"Accept": "text/csv"})
    assert other_format.headers["etag"] != tag


def test_new_snapshot_has_a_new_tag(service: Service) -> None:
    with service.client("north") as client:
        before = client.get(SUMMARY)
        service.change("update marts.mart_savings__daily set baseline_cost_usd = 1")
        service.look()
        after = client.get(SUMMARY, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["snapshot_id"] != before.json()["snapshot_id"]


def test_marts_looked_at_again_without_a_change_say_so(service: Service) -> None:
    with service.client("north") as client:
        before = client.get(SUMMARY)
        service.change("update raw_orchestrator.extract_runs set status = 'ok'")
        service.look()
        after = client.get(SUMMARY, headers={"If-None-Match": before.headers["etag"]})
    assert after.json()["snapshot_id"] == before.json()["snapshot_id"]
    assert {entry["last_status"] for entry in after.json()["freshness"]} == {"ok"}


@pytest.mark.parametrize("address", ANSWERS)
def test_gzip_is_the_same_answer(client: httpx.Client, address: str) -> None:
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as zipped:
        body = b"".join(zipped.iter_raw())
    if len(plain.content) >= 500:
        assert zipped.headers["content-encoding"] == "gzip"
        body = gzip.decompress(body)
    assert body == plain.content


@pytest.mark.parametrize("address", ANSWERS)
def test_csv_by_accept_and_by_parameter(client: httpx.Client, address: str) -> None:
    by_accept = client.get(address, headers={"Accept": "text/csv, application/json;q=0.5"})
    glue = "&" if "?" in address else "?"
    by_parameter = client.get(f"{address}{glue}format=csv", headers={"Accept": "application/json"})
    for answer in (by_accept, by_parameter):
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.headers["x-snapshot-id"]
        assert answer.headers["x-data-origin"] == "sandbox"
        assert answer.headers["x-as-of"] == "2026-06-10T00:00:00+00:00"
        assert (
            "orchestrator.task_executions=2026-06-03T04:00:00Z"
            in answer.headers["x-data-freshness"]
        )
    assert by_accept.text == by_parameter.text
    assert len(list(csv.reader(io.StringIO(by_accept.text)))) > 1
    as_json = client.get(address)
    assert as_json.headers["content-type"] == "application/json"
    assert as_json.json()["data_origin"] == "sandbox"
    ready = client.get("/readyz").json()
    assert (ready["data_origin"], ready["environment"]) == ("sandbox", "local")


def test_csv_of_tables_and_of_single_figures(client: httpx.Client) -> None:
    providers = client.get("/analytics/costs/by-provider?organization_id=north&format=csv").text
    assert providers.splitlines() == [
        "provider,tasks,actual_cost,baseline_cost,savings,avg_cost_per_task",
        "beta,60,27.000000,31.000000,5.000000,0.465517",
        "alpha,40,10.000001,20.000000,10.500000,0.250000",
        "gamma,4,,,,",
    ]
    summary = client.get(f"{SUMMARY}&format=csv&period=month").text.splitlines()
    assert summary[:2] == ["field,key,value", "total_savings,,15.500000"]
    assert "period,start,2026-05-29" in summary
    assert "trend.cumulative_savings,2026-06-01,15.500000" in summary


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "organization_id=",
        "organization_id=north&start_date=1750000000",
        "organization_id=north&start_date=2026-02-30",
        "organization_id=north&start_date=2026-06-02&end_date=2026-06-01",
        "organization_id=north&period=year",
        "organization_id=north&organisation=south",
        "organization_id=north&format=xml",
    ],
)
def test_parameters_that_mean_nothing_are_a_problem(client: httpx.Client, parameters: str) -> None:
    answer = client.get(f"/analytics/savings/summary?{parameters}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    content = answer.json()
    assert content["title"] == "Unprocessable Entity" or content["title"] == "Unprocessable Content"
    assert content["errors"][0]["where"].startswith("query")


def test_unknown_addresses_and_methods_are_problems(client: httpx.Client) -> None:
    for answer, status in ((client.get("/nothing"), 404), (client.post(SUMMARY), 405)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_requests_that_are_too_large_are_refused(client: httpx.Client) -> None:
    assert client.get(f"{SUMMARY}&provider={'x' * 9_000}").status_code == 413
    assert client.get(SUMMARY, headers={"X-Long": "x" * 40_000}).status_code == 431
    assert client.request("GET", SUMMARY, content=b"x" * 100_000).status_code == 413


def test_rate_limit_is_per_token(settings: Settings) -> None:
    with serving(replace(settings, api_rate_per_minute=3)) as service:
        with service.client("north") as client:
            statuses = [client.get(SUMMARY).status_code for _ in range(4)]
            assert statuses == [200, 200, 200, 429]
            refused = client.get(SUMMARY)
            assert refused.headers["content-type"] == "application/problem+json"
            assert 1 <= int(refused.headers["retry-after"]) <= 20
        with service.client("north") as other:
            assert other.get(SUMMARY).status_code == 200


def test_answer_that_takes_too_long_is_stopped(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(cursor: duckdb.DuckDBPyConnection, *_: object, **__: object) -> Answer:
        cursor.execute("select count(*) from range(100000000000) a, range(100000) b").fetchall()
        raise AssertionError("it was not stopped")

    monkeypatch.setattr("serving.api.savings_questions.summary", endless)
    with (
        serving(replace(settings, api_request_seconds=1)) as service,
        service.client("north") as client,
    ):
        answer = client.get(SUMMARY)
        assert answer.status_code == 503
        assert "seconds" in answer.json()["detail"]
        # The thread is free again and other questions are answered.
        other = client.get("/analytics/costs/by-provider?organization_id=north")
        assert other.status_code == 200


def test_failure_inside_tells_nothing_of_the_inside(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> Answer:
        raise RuntimeError("secret words")

    monkeypatch.setattr("serving.api.savings_questions.summary", failing)
    with serving(settings) as service, service.client("north") as client:
        answer = client.get(SUMMARY)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text


def test_health_needs_no_token(lasting: Service) -> None:
    for prefix in ("", "/api/v1"):
        assert httpx.get(f"{lasting.url}{prefix}/healthz").json() == {"status": "ok"}
        assert httpx.get(f"{lasting.url}{prefix}/readyz").status_code == 200
    assert httpx.get(f"{lasting.url}/api/v1/openapi.json").json()["info"]["version"] == "1"


def test_nothing_published_is_said_and_repaired_by_publishing(settings: Settings) -> None:
    elsewhere = replace(settings, publish_dir=settings.publish_dir / "none")
    with serving(elsewhere) as service:
        assert httpx.get(f"{service.url}/healthz").status_code == 200
        assert httpx.get(f"{service.url}/readyz").status_code == 503
        with service.client("north") as client:
            refused = client.get(SUMMARY)
            assert refused.status_code == 503
            assert "make run" in refused.json()["detail"]
            service.change()
            service.look()
            assert client.get(SUMMARY).status_code == 200
        assert httpx.get(f"{service.url}/readyz").status_code == 200


def test_metrics_tell_of_requests_and_of_the_snapshot(service: Service) -> None:
    with service.client("north") as client:
        client.get(SUMMARY)
        client.get(SUMMARY)
    text = service.metrics()
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    route = 'route="/api/v1/analytics/savings/summary",status="200"'
    assert float(lines[f"api_request_seconds_count{{{route}}}"]) == 2
    assert float(lines['ai_table_rows{table="marts.mart_savings__daily"}']) == 6
    # 10 of 102 tasks; none of it by organisation
    assert float(lines["ai_savings_negative_ratio"]) == pytest.approx(10 / 102)
    assert float(lines["ai_unpriced_tokens"]) == 250
    success = 'ai_pipeline_last_success_timestamp_seconds{source="orchestrator",table="%s"}'
    assert float(lines[success % "task_executions"]) == 1780459200
    # Its last attempt failed; the one before did not.
    assert float(lines[success % "provider_pricing"]) == 1780372800
    updated = 'provider_pricing_last_update_timestamp_seconds{source="orchestrator"}'
    assert float(lines[updated]) == 1780272000
    assert float(lines["ai_snapshot_age_seconds"]) >= 0
    assert "north" not in text
    assert "secret" not in text


def test_metrics_count_tokens_of_routed_tasks_without_a_price(service: Service) -> None:
    service.change(
        "create table marts.fct_task_executions as select * from (values"
        " (30, 1.5), (400, null), (7000, null), (null, null)) as task (total_tokens, actual_cost_usd)"
    )
    service.look()
    text = service.metrics()
    assert "\nai_unpriced_tokens 7650.0\n" in text


def test_edited_sheet_of_prices_does_not_hide_a_dead_feed(service: Service) -> None:
    def ages() -> dict[str, float]:
        text = service.metrics()
        found = [line for line in text.splitlines() if line.startswith("ai_price_age_seconds{")]
        return {line.split('"')[1]: float(line.split()[1]) for line in found}

    (feed,) = ages().values()
    service.change(
        "create schema raw_sheets",
        "create table raw_sheets._dlt_loads as select 'load_1' as load_id, 0 as status",
        "create table raw_sheets.loaded_partitions as"
        " select * replace (_loaded_at + interval 2 days as _loaded_at)"
        " from raw_orchestrator.loaded_partitions where resource_name = 'provider_pricing'",
        "create table raw_sheets.extract_runs as select * from raw_orchestrator.extract_runs",
    )
    service.look()
    assert ages() == {
        "orchestrator": pytest.approx(feed, abs=60),
        "sheets": pytest.approx(feed - 2 * 86_400, abs=60),
    }


def test_events_announce_each_snapshot(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    # So that the news does not come with a heartbeat, long after.
    monkeypatch.setattr("serving.api.events.HEARTBEAT_SECONDS", 3_600.0)
    with service.client("north") as client, client.stream("GET", "/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = (line for line in stream.iter_lines() if line.startswith("data:"))
        first = next(lines)
        assert service.app.state.follower.current.snapshot_id in first
        made = service.change("delete from marts.mart_savings__daily where provider = 'alpha'")
        service.look()
        assert made in next(lines)


def test_addresses_that_are_no_http_do_no_harm(lasting: Service) -> None:
    parts = urlsplit(lasting.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as raw:
        raw.sendall(
            b"GET /api/v1/%zz%00?organization_id=%ff%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        assert b" 401 " in raw.recv(200)
