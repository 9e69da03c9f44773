"""Retention on a company that was built: task rows go, and what was added up from them stays to the last digit."""

import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from privacy import jobs
from privacy.config import Settings
from privacy.erasing import erase_pending
from privacy.retention import apply_retention
from tests.e2e.chain import Chain
from tests.e2e.erasing import privacy_settings
from tests.e2e.erasing import run as publish
from tests.e2e.tables import changed_rows

TODAY = date(2027, 1, 30)
KEPT_FROM = {"org-18": "2026-11-16", "org-02": "2026-10-12"}
"""75 days by the tab, planted here; 400 days by the company's own row, which is everything it has."""
OTHERS_KEPT_FROM = "2026-11-01"
"""90 days before."""

TASK_ROWS = {
    "raw_orchestrator.task_executions": "cast(start_time as date)",
    "raw_orchestrator.routing_decisions": "cast(created_at as date)",
    "marts.fct_task_executions": "usage_date",
    "marts.fct_routing_decisions": "usage_date",
    "marts.mart_savings__user_days": "usage_date",
    "marts.mart_savings__review": "usage_date",
}
AGGREGATES = (
    *("marts.mart_savings__daily", "marts.mart_savings__duration_histogram"),
    *("marts.mart_savings__routing_quality", "marts.mart_savings__periods"),
    "marts.mart_savings__period_parts",
)


@dataclass(frozen=True)
class Retained:
    """A company before and after its old task rows were deleted."""

    chain: Chain
    before: Path
    n_deleted: int


def _retry_over_midnight() -> list[str]:
    """What had succeeded on the last evening that goes is done again on the first morning that stays."""
    like = (
        "insert into raw_orchestrator.{} select * replace ({}) from raw_orchestrator.{}"
        " where {} = (select min({}) from marts.fct_task_executions where savings_usd > 0)"
    )

    def task(values: str) -> str:
        named = f"{values} as start_time, 'org-18' as organization_id"
        return like.format(*("task_executions", named, "task_executions", "task_id", "task_id"))

    return [
        task("null as retry_of_task_id, 'evening' as task_id, timestamptz '2026-11-15 23:50:00Z'"),
        task(
            "'evening' as retry_of_task_id, 'morning' as task_id, timestamptz '2026-11-16 00:10:00Z'"
        ),
    ]


@pytest.fixture(scope="module")
def retained(small: Chain, tmp_path_factory: pytest.TempPathFactory) -> Retained:
    chain = replace(small.copy(tmp_path_factory.mktemp("retention")), as_of=TODAY)
    chain.change(
        "set TimeZone = 'UTC'",
        "insert into raw_sheets.task_retention select * replace ('org-18' as organization_id,"
        " '75' as retention_days, 99 as sheet_row) from raw_sheets.task_retention limit 1",
        *_retry_over_midnight(),
    )
    chain.build_savings(run_id="before")
    before = chain.folder / "before.duckdb"
    shutil.copy(chain.warehouse, before)

    # Somebody reads FOCUS files: they are made again.
    (chain.folder / "focus").mkdir()
    called: list[tuple[str, ...]] = []

    def run(_: Settings, *programs: str) -> None:
        called.append(programs)
        if programs == ("focus",):
            return
        chain.build_savings(run_id="retention")
        done = chain.run("serving", "publish")
        assert done.code == 0, done.text

    n_deleted = apply_retention(privacy_settings(chain), lambda _: None, run)
    assert called == [("build", "publish"), ("focus",)]
    return Retained(chain, before, n_deleted)


def _first_days(chain: Chain, table: str, day: str) -> dict[str, str]:
    return dict(
        chain.rows(
            f"select organization_id, cast(min({day}) as varchar) from {table}"
            " where organization_id is not null group by all"
        )
    )


@pytest.mark.parametrize(("table", "day"), TASK_ROWS.items(), ids=TASK_ROWS)
def test_no_task_row_is_older_than_its_organisation_keeps_it(
    small: Chain, retained: Retained, table: str, day: str
) -> None:
    held, holds = (_first_days(chain, table, day) for chain in (small, retained.chain))
    assert retained.n_deleted > 100
    assert any(found < OTHERS_KEPT_FROM for found in held.values())
    for organization, found in holds.items():
        assert found >= KEPT_FROM.get(organization, OTHERS_KEPT_FROM), organization
    assert holds.get("org-02") == held.get("org-02")


@pytest.mark.parametrize("table", AGGREGATES)
def test_the_aggregates_keep_the_days_that_are_gone(retained: Retained, table: str) -> None:
    ((n_rows,),) = retained.chain.rows(
        f"select count(*) from {table} where organization_id = 'org-18'"
        f" and {'period_start_date' if 'period' in table else 'usage_date'} < '2026-11-16'"
    )
    assert n_rows > 10


def _changed(retained: Retained, warehouse: Path) -> dict[str, int]:
    """Return the aggregates whose figures changed; a day that was computed again may say so."""
    found = changed_rows(
        retained.before,
        warehouse,
        schemas=("marts", "quality"),
        without=("input_version", "pipeline_run_id", "loaded_at"),
    )
    watched = (*AGGREGATES, "quality.price_restatements")
    return {table: n for table, n in found.items() if table in watched}


def test_no_figure_changes(retained: Retained) -> None:
    assert _changed(retained, retained.chain.warehouse) == {}


def test_no_figure_changes_with_the_next_day_s_build(retained: Retained, tmp_path: Path) -> None:
    tomorrow = date.fromordinal(TODAY.toordinal() + 1)
    chain = replace(retained.chain.copy(tmp_path / "next"), as_of=tomorrow)
    chain.build_savings(run_id="next")
    assert _changed(retained, chain.warehouse) == {}


def test_what_is_gone_stays_as_it_was_when_rows_are_kept_for_longer_from_now_on(
    retained: Retained, tmp_path: Path
) -> None:
    chain = retained.chain.copy(tmp_path / "longer")
    chain.change(
        "update raw_sheets.task_retention set retention_days = '180' where organization_id = 'org-18'",
        "insert into raw_sheets.task_retention select * replace ('org-01' as organization_id,"
        " '180' as retention_days, 98 as sheet_row) from raw_sheets.task_retention limit 1",
    )
    chain.build_savings(run_id="longer")
    assert _changed(retained, chain.warehouse) == {}
    tomorrow = date.fromordinal(TODAY.toordinal() + 1)
    replace(chain, as_of=tomorrow).build_savings(run_id="longer still")
    assert _changed(retained, chain.warehouse) == {}


def test_a_task_that_comes_late_is_reported_and_added_to_no_expired_day(
    retained: Retained, tmp_path: Path
) -> None:
    late = "timestamptz '2026-11-10 12:00:00Z' as start_time, 'late' as task_id"
    chain = retained.chain.copy(tmp_path / "late")
    chain.change(
        "set TimeZone = 'UTC'",
        f"insert into raw_orchestrator.task_executions select * replace ({late}, 'org-18' as organization_id,"
        " null as retry_of_task_id, timestamptz '2027-01-30 05:00:00Z' as _loaded_at)"
        " from raw_orchestrator.task_executions limit 1",
    )
    chain.build_savings(run_id="late")
    assert chain.rows("select count(*) from marts.fct_task_executions where task_id = 'late'") == [
        (1,)
    ]
    assert _changed(retained, chain.warehouse) == {}
    assert chain.rows("select check_scope, finding from quality.dq_late_tasks") == [
        (
            "org-18",
            "1 tasks of org-18 on 2026-11-10 came after that day had expired and are in no figure of savings",
        )
    ]
    assert retained.chain.rows("select count(*) from quality.dq_late_tasks") == [(0,)]


@pytest.mark.proofs
def test_who_has_expired_tasks_is_erased_at_once_and_no_task_looks_late(
    small: Chain, tmp_path: Path
) -> None:
    chain = replace(small.copy(tmp_path / "erased"), as_of=TODAY)
    chain.build_savings(run_id="before")
    before = chain.folder / "before.duckdb"
    shutil.copy(chain.warehouse, before)
    settings = privacy_settings(chain)
    ((user, n_tasks),) = chain.rows(
        "select user_id, count(*) from raw_orchestrator.task_executions where user_id is not null"
        " group by user_id having max(start_time) < timestamptz '2026-10-31' order by 2 desc, 1 limit 1"
    )
    assert n_tasks > 2
    # The process that programs are forked from begins here: its socket would lie too deep in an erasure's working folder.
    publish(chain, settings, "publish")
    job = jobs.request(settings.state_dir, [user], requested_by="test")

    def run(working: Settings, *programs: str) -> None:
        copied = replace(chain, folder=working.duckdb_path.parent)
        if "build" in programs:
            copied.build_savings(run_id="erasing")
        if "publish" in programs:
            publish(copied, working, "publish")

    assert erase_pending(settings, lambda _: None, run) == 1
    assert jobs.read(settings.state_dir, job.job_id).detail == jobs.ERASED
    assert chain.rows("select finding from quality.dq_late_tasks") == []
    assert _changed(Retained(chain, before, 0), chain.warehouse) == {}


def test_a_figure_that_changed_would_be_seen(retained: Retained, tmp_path: Path) -> None:
    chain = retained.chain.copy(tmp_path / "changed")
    chain.change(
        "update marts.mart_savings__daily set gross_savings_usd = gross_savings_usd + 0.000000001"
        " where savings_day_id = (select min(savings_day_id) from marts.mart_savings__daily"
        " where gross_savings_usd is not null)"
    )
    assert _changed(retained, chain.warehouse) == {"marts.mart_savings__daily": 2}
