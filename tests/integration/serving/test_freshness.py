"""Every answer lists the raw tables that it was made from, and no others."""

import json

import httpx
import pytest

from serving.config import Settings
from serving.publish import publish
from tests.service import Service

USERS = "marts.mart_savings__user_days"
PEOPLE = (
    "create schema raw_sheets",
    "create table raw_sheets._dlt_loads as select 'load_1' as load_id, 0 as status",
    "create table raw_sheets.loaded_partitions as select * replace (name as resource_name)"
    " from raw_orchestrator.loaded_partitions, (values ('people'), ('provider_pricing')) as tab (name)"
    " where resource_name = 'task_executions'",
    "create table raw_sheets.extract_runs as select * from raw_orchestrator.extract_runs where false",
)


def _manifest(settings: Settings, **made_from: tuple[str, ...]) -> None:
    """Leave what dbt would leave: each mart with its raw tables as parents."""
    document = {
        "nodes": {
            mart: {
                "name": mart,
                "resource_type": "model",
                "config": {"schema": "marts", "meta": {"money": {"why": "One row per day."}}},
                "description": f"What {mart}\n  holds.",
                "columns": {"n_tasks": {"description": "Tasks."}},
            }
            for mart in made_from
        },
        "sources": {
            name: dict(zip(("source_name", "name"), name.split("."), strict=True))
            for found in made_from.values()
            for name in found
        },
        "parent_map": {mart: list(found) for mart, found in made_from.items()},
    }
    settings.dbt_target_dir.mkdir(exist_ok=True)
    (settings.dbt_target_dir / "manifest.json").write_text(json.dumps(document))


@pytest.fixture
def known(service: Service) -> Service:
    """A service that knows what some of its marts are made from."""
    _manifest(
        service.settings,
        mart_savings__daily=("orchestrator.task_executions", "sheets.provider_pricing"),
        mart_savings__duration_histogram=("orchestrator.task_executions",),
        mart_savings__user_days=("orchestrator.task_executions",),
        fct_ai_spend_daily=("sheets.people",),
    )
    service.change(*PEOPLE)
    service.look()
    return service


def _freshness(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    found = [f"{one['source']}.{one['table']}" for one in answer.json()["freshness"]]
    told = [part.partition("=")[0] for part in answer.headers["x-data-freshness"].split(", ")]
    assert told == found
    return found


@pytest.mark.parametrize(
    ("address", "tables"),
    [
        (
            "/analytics/savings/summary?organization_id=north",
            ["orchestrator.task_executions", "sheets.provider_pricing"],
        ),
        (
            "/analytics/tasks/performance?organization_id=north",
            ["orchestrator.task_executions", "sheets.provider_pricing"],
        ),
        ("/analytics/usage/metrics?organization_id=north", ["orchestrator.task_executions"]),
        ("/analytics/spend", ["sheets.people"]),
        (f"/analytics/marts/{USERS}", ["orchestrator.task_executions"]),
        # Not a model of dbt's, so nobody knows; and the list is about everything.
        *(
            (
                address,
                [
                    *("orchestrator.provider_pricing", "orchestrator.task_executions"),
                    *("sheets.people", "sheets.provider_pricing"),
                ],
            )
            for address in ("/analytics/marts/dim_provider_pricing", "/analytics/marts")
        ),
    ],
)
def test_answer_lists_what_it_was_made_from(
    known: Service, address: str, tables: list[str]
) -> None:
    with known.client("*", role="admin") as client:
        assert _freshness(client.get(address)) == tables


def test_list_of_marts_says_what_they_mean(known: Service) -> None:
    """In dbt's words; of what dbt does not know nothing is said, and units are read from names."""
    with known.client("*", role="admin") as client:
        found = {mart["mart"]: mart for mart in client.get("/analytics/marts").json()["marts"]}
    daily = found["marts.mart_savings__daily"]
    assert daily["description"] == "What mart_savings__daily holds."
    assert daily["money"] == {"why": "One row per day."}
    columns = {column.pop("name"): column for column in daily["columns"]}
    assert columns["n_tasks"] == {
        "type": "integer",
        "description": "Tasks.",
        "unit": "number of tasks",
        "adds_up": True,
    }
    assert columns["gross_savings_usd"] == {
        "type": "money",
        "description": None,
        "unit": "USD",
        "adds_up": True,
    }
    unknown = found["marts.dim_provider_pricing"]
    assert (unknown["description"], unknown["money"]) == (None, None)


def test_a_build_that_changes_the_lineage_alone_is_seen(known: Service) -> None:
    address = "/analytics/usage/metrics?organization_id=north"
    with known.client("*", role="admin") as client:
        before = client.get(address)
        _manifest(known.settings, mart_savings__user_days=("sheets.people",))
        publish(known.settings)
        known.look()
        after = client.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert after.json()["snapshot_id"] == before.json()["snapshot_id"]
    assert _freshness(after) == ["sheets.people"]


def test_days_of_tables_that_are_loaded_by_the_file_are_asked_of_their_rows(
    service: Service,
) -> None:
    service.change(
        "update raw_orchestrator.loaded_partitions set usage_date = null",
        "create table raw_orchestrator.task_executions as select * from (values"
        " (timestamptz '2026-05-30 23:59:59Z'), (timestamptz '2026-06-02 00:00:00Z')) as t (start_time)",
        "create table raw_orchestrator.provider_pricing as select date '2026-05-01' as effective_date",
    )
    service.look()
    with service.client("north") as client:
        answer = client.get("/analytics/savings/summary?organization_id=north").json()
    assert {one["table"]: one["last_date"] for one in answer["freshness"]} == {
        "task_executions": "2026-06-02",
        "provider_pricing": "2026-05-01",
    }
