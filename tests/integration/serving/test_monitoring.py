"""What rules ask for is what the running service tells, of closed lists and of nobody."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bin.cloud_policies import alerts, written_out
from serving.api.boards_opened import BoardsOpened
from serving.api.snapshot_series import MOST_OF_ONE
from serving.publish import publish
from tests.integration.serving.conftest import published
from tests.integration.serving.warehouse import QUALITY
from tests.service import Service, serving
from warehouse.run_record import note_step, read_steps

NOW = dt.datetime(2026, 6, 10, 6, tzinfo=dt.UTC)
Sample = tuple[str, tuple[tuple[str, str], ...]]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = published(tmp_path_factory.mktemp("watched"))
    note_step(settings.state_dir, "build", 41.25, 0, ended_at=NOW, environment="staging")
    with serving(settings) as running:
        running.change(*QUALITY)
        running.look()
        with running.browser("*", role="admin") as browser:
            browser.get("/")
        running.app.state.uses.write(is_last=True)
        yield running


def _samples(service: Service) -> dict[Sample, float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(service.metrics())
        for sample in family.samples
    }


def test_every_series_that_a_rule_names_is_exported(watched: Service) -> None:
    watched.metrics()  # so that there is a request to tell of
    told = {name for name, _ in _samples(watched)}
    named = {
        name
        for rule in alerts()
        for name in re.findall(r"\b(?:ai|api|provider)_[a-z0-9_]+", written_out(rule["expr"]))
    }
    assert len(named) > 20
    assert sorted(named - told) == []


def test_figures_are_those_of_the_tables(watched: Service) -> None:
    found = _samples(watched)
    assert found["ai_cost_reconciliation_drift_ratio", (("vendor", "anthropic"),)] == 0.02
    assert found["ai_spend_usd", (("platform", "cursor"),)] == 100
    assert found["ai_attributed_spend_usd", (("platform", "cursor"),)] == 90
    assert found["ai_data_age_per_promise_ratio", (("source", "cursor"),)] == 1.5
    assert found["ai_quality_findings", (("check", "stale_source"), ("status", "fail"))] == 2
    assert ("ai_quality_findings", (("check", "bill_scale"), ("status", "ok"))) not in found
    assert found["ai_quality_checks", ()] == 3
    assert found["ai_budget_used_ratio", (("scope", "team"),)] == 0.9
    # A budget that is over, or of nothing, has no share: it is left out rather than told as zero.
    assert ("ai_budget_used_ratio", (("scope", "vendor"),)) not in found
    assert found["ai_budget_forecast_ratio", (("scope", "team"),)] == 1.2
    # The newest seven days end on 2 June: of three organisations, 29 May is in them.
    assert found["ai_recent_all_tasks", ()] == 116
    assert found["ai_recent_negative_savings_tasks", ()] == 10
    assert found["ai_pipeline_step_seconds", (("step", "build"),)] == 41.25
    assert found["ai_pipeline_step_exit_code", (("step", "publish"),)] == 0
    assert found["api_lane_threads", (("lane", "answers"),)] == 4
    assert found["ai_series_unread", ()] == 0


def test_no_series_is_of_somebody_and_none_grows(watched: Service) -> None:
    told = watched.metrics()
    for name in ("ada@", "Ada and Bob", "north", "cursor.usage"):
        assert name not in told
    counts: dict[str, int] = {}
    for name, _ in _samples(watched):
        counts[name] = counts.get(name, 0) + 1
    assert max(counts.values()) <= MOST_OF_ONE


def test_tables_of_another_version_cost_their_series_only(service: Service) -> None:
    service.change("create table quality.dq_results as select 1 as something")
    service.look()
    found = _samples(service)
    assert found["ai_series_unread", ()] == 3
    assert found["api_snapshot_open", ()] == 1


def test_publishing_says_what_the_steps_took(service: Service) -> None:
    note_step(service.settings.state_dir, "extract", 12.5, 4, ended_at=NOW, environment="staging")
    publish(service.settings)
    service.look()
    found = _samples(service)
    assert found["ai_pipeline_step_exit_code", (("step", "extract"),)] == 4
    assert (
        found["ai_pipeline_step_end_timestamp_seconds", (("step", "extract"),)] == NOW.timestamp()
    )
    assert ("ai_pipeline_step_seconds", (("step", "publish"),)) in found


@pytest.mark.parametrize("text", ["", "{", "[]", '{"steps": {"build": {"seconds": "long"}}}'])
def test_a_damaged_note_of_the_run_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "last_run.json").write_text(text)
    assert read_steps(tmp_path) == {}
    note_step(tmp_path, "build", 1, 0, ended_at=NOW, environment="staging")
    assert read_steps(tmp_path)["build"]["seconds"] == 1
    assert json.loads((tmp_path / "last_run.json").read_text())["environment"] == "staging"


def _line(day: int, resource: str, result: str = "granted") -> str:
    line = {"at": f"2026-06-{day:02}T00:00:00+00:00", "action": "use_token"}
    return json.dumps({**line, "resource": resource, "result": result}) + "\n"


def test_the_last_board_is_found_as_the_log_grows(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    boards = BoardsOpened(tmp_path)
    assert boards.newest() is None
    log.write_text(_line(1, "/api/v1/analytics/spend"))
    assert boards.newest() == dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    with log.open("a") as file:
        file.write(_line(3, "/boards/{name}") + _line(5, "/", "denied") + _line(6, "/metrics"))
    assert boards.newest() == dt.datetime(2026, 6, 3, tzinfo=dt.UTC)
    whole = _line(9, "/")
    with log.open("a") as file:
        file.write("not a line\n" + whole[:20])
    assert boards.newest() == dt.datetime(2026, 6, 3, tzinfo=dt.UTC)
    with log.open("a") as file:
        file.write(whole[20:])
    assert boards.newest() == dt.datetime(2026, 6, 9, tzinfo=dt.UTC)
