"""Explanations over the API: to the last digit, for whoever may see persons, and written down."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from serving.config import Settings
from serving.publish import publish
from tests.integration.serving.conftest import NOW
from tests.naming import names_somebody
from tests.service import Service, serving
from tests.unit.serving.explain.published import Row, published
from tests.unit.serving.explain.test_ledger import CANDIDATE, LINE, PART, RECORD, ROW
from tests.unit.serving.explain.test_tasks import BY_REQUEST, TASK

ADA = "ada@one.example"
ROUTE, TASKS, WORK = "/analytics/explain/ledger", "/analytics/explain/tasks", "/analytics/worklist"
OF_ADA = (
    f"spend_parts by name select 's_ada' as spend_id, 'o_ada' as origin_id, '{ADA}' as actor_id, '{ADA}' as used_actor_id",
    f"spend_lines by name select 'o_ada' as origin_id, 'o_ada' as paper_id, '{ADA}' as used_actor_id",
    f"spend_records by name select 'o_ada' as paper_id, '{ADA}' as used_actor_id",
)
"""Money under her address, whose keys are hashes of it."""
RATE: Row = {**BY_REQUEST, "price_version": "v_cheap", "member_price_versions": "v_cheap"}


@pytest.fixture(scope="module")
def explaining(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(settings_of(tmp_path_factory.mktemp("explaining"))) as running:
        yield running


def settings_of(folder: Path) -> Settings:
    """Publish one row of 0.05 dollars, of Ada by the mapping sheet, and one task of the organisation north."""
    made = Settings(
        as_of=NOW,
        duckdb_path=folder / "warehouse.duckdb",
        publish_dir=folder / "published",
        state_dir=folder / "state",
        dbt_target_dir=folder / "target",
    )
    money = {"spend_usd": "0.05", "origin_usd": "0.05"}
    line = {"spend_method": "vendor_actor_cost", "line_usd": "0.05", "stated_usd": "0.05"}
    named: Row = {"owner_email": ADA, "attribution_method": "api_key_mapping", "attribution_confidence": "0.9", "evidence": "mapping sheet row 3", "candidate_rank": 1}  # fmt: skip
    cost = {
        "actual_cost_usd": "0.01",
        "baseline_cost_usd": "0.01",
        "savings_usd": "0",
        "user_id": ADA,
    }
    published(
        made.duckdb_path,
        fct_ai_spend_daily=[{**ROW, "spend_usd": "0.05"}],
        mart_finance__spend_parts=[{**PART, **money, "person_email": ADA}],
        mart_finance__spend_lines=[{**LINE, **line}],
        mart_finance__spend_records=[{**RECORD, "stated_amount_text": "5", "record_usd": "0.05"}],
        mart_finance__owner_candidates=[{**CANDIDATE, **named}],
        dim_api_keys=[],
        dim_workspaces=[],
        fct_task_executions=[{**TASK, **cost, "organization_id": "north"}],
        mart_savings__rates=[{**RATE, "provider": "cheap"}, {**RATE, "provider": "dear", "price_version": "v_dear"}],
        dim_provider_pricing=[],
        fct_routing_decisions=[],
    ).close()  # fmt: skip
    publish(made)
    return made


def ask(
    service: Service, path: str, *organizations: str, role: str = "admin", **parameters: str
) -> httpx.Response:
    with service.client(*(organizations or ("*",)), role=role) as client:
        return client.get(path, params=parameters)


def test_a_row_to_the_last_digit(explaining: Service) -> None:
    answer = ask(explaining, f"{ROUTE}/s1")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["kind"], found["amount_usd"], found["comes_out"]) == ("ledger_row", "0.05", True)
    assert found["steps"] == [
        {"step": 1, "sum": "5 ÷ 100", "result": "0.05", "rounding": None, "note": "cents of anthropic.cost_report"}
    ]  # fmt: skip
    assert found["parts"][0]["candidates"][0]["owner_email"] == ADA
    assert found["parts"][0]["lines"][0]["records"][0]["stated_amount_text"] == "5"
    assert found["snapshot_id"]
    assert "file_row_number" not in answer.text
    assert ask(explaining, f"{ROUTE}/s1", format="csv").text.splitlines() == [
        "step,sum,result,rounding,note",
        "1,5 ÷ 100,0.05,,cents of anthropic.cost_report",
    ]


@pytest.mark.parametrize("key", ["s1", "s9"])
def test_whoever_may_not_learns_not_even_whether_it_exists(explaining: Service, key: str) -> None:
    for role, organizations in (("viewer", ("*",)), ("admin", ("north",)), ("viewer", ("north",))):
        answers = [ask(explaining, f"{ROUTE}/{key}", *organizations, role=role), ask(explaining, WORK, *organizations, role=role)]  # fmt: skip
        assert [answer.status_code for answer in answers] == [403, 403]
        assert {answer.json()["detail"] for answer in answers} == {
            "This token is not made for what was asked."
        }


def test_what_is_not_there_or_not_understood(explaining: Service) -> None:
    assert ask(explaining, f"{ROUTE}/s9").status_code == 404
    assert ask(explaining, f"{ROUTE}/s1", organization_id="north").status_code == 422
    assert ask(explaining, WORK, days="0").status_code == 422
    assert ask(explaining, f"{TASKS}/t1").status_code == 422


def test_a_task_is_its_organisation_s(explaining: Service) -> None:
    """One of another organisation is told apart from none by nothing."""
    found = ask(explaining, f"{TASKS}/t1", "north", organization_id="north")
    assert found.status_code == 200, found.text
    assert Decimal(found.json()["amount_usd"]) == 0
    assert ask(explaining, f"{TASKS}/t1", "south", organization_id="north").status_code == 403
    assert ask(explaining, f"{TASKS}/t1", "north", role="viewer", organization_id="north").status_code == 403  # fmt: skip
    others = [
        ask(explaining, f"{TASKS}/{key}", "south", organization_id="south") for key in ("t1", "t9")
    ]
    assert [answer.status_code for answer in others] == [404, 404]
    assert others[0].json() == others[1].json()


def test_work_to_do(explaining: Service) -> None:
    found = ask(explaining, WORK, days="7").json()
    assert (found["start_date"], found["end_date"], found["total_usd"]) == ("2026-06-04", "2026-06-10", "0.05")  # fmt: skip
    # The sheet names somebody whom the people sheet lacks.
    assert [(item["kind"], item["name"], item["row"]["email"]) for item in found["items"]] == [("addresses", ADA, ADA)]  # fmt: skip


def test_every_read_is_written_down_also_one_that_brings_nothing_new(explaining: Service) -> None:
    log = explaining.settings.state_dir / "audit.jsonl"

    def reads() -> list[tuple[str, str | None]]:
        text = log.read_text() if log.exists() else ""
        lines = [json.loads(line) for line in text.splitlines()]
        return [
            (line["resource"], line.get("organization"))
            for line in lines
            if line["action"] == "view_personal_data"
        ]

    before = len(reads())
    with explaining.client("*", role="admin") as client:
        first = client.get(f"{ROUTE}/s1")
        again = client.get(f"{ROUTE}/s1", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    ask(explaining, f"{TASKS}/t1", "north", organization_id="north")
    assert reads()[before:] == [
        ("/api/v1/analytics/explain/ledger/{spend_id}", None),
        ("/api/v1/analytics/explain/ledger/{spend_id}", None),
        ("/api/v1/analytics/explain/tasks/{task_id}", "north"),
    ]


def test_who_asked_to_be_erased_is_in_no_explanation(tmp_path: Path) -> None:
    """Keys of their rows lead nowhere until the erasure is done: such a row is not explained."""
    with serving(settings_of(tmp_path)) as service:
        assert ask(service, f"{ROUTE}/s1").status_code == 200
        service.change(*(f"insert into marts.mart_finance__{hers}" for hers in OF_ADA))
        with service.client("*", role="privacy_officer") as client:
            assert client.delete("/user/data", params={"subject": ADA}).status_code == 202
        service.look()
        for path, more, statuses in (
            (f"{ROUTE}/s1", {}, {404}),
            (f"{TASKS}/t1", {"organization_id": "north"}, {200}),
            (WORK, {}, {200}),
        ):
            answer = ask(service, path, **more)
            assert answer.status_code in statuses, answer.text
            assert ADA not in answer.text
            assert not names_somebody("ada", answer.text)
        # Whoever hashes a list of staff finds her neither in parts, nor in lines, nor in records.
        for mart in ("parts", "lines", "records"):
            text = ask(service, f"/analytics/marts/mart_finance__spend_{mart}").text
            assert "s_ada" not in text
            assert "o_ada" not in text
        (row,) = ask(service, "/analytics/marts/fct_ai_spend_daily").json()["rows"]
        assert row["spend_id"] != "s1"
        assert ask(service, f"{ROUTE}/{row['spend_id']}").status_code == 404


def test_a_snapshot_from_before_says_so(lasting: Service) -> None:
    answer = ask(lasting, f"{ROUTE}/s1")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "This snapshot does not say where amounts come from.",
    )
