"""The task orchestrator of the sandbox: the hard cases are there, the files are stable, the truth is by hand."""

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sandbox.__main__ import main
from sandbox.task_files import write_task_files
from sandbox.truth_tasks import _priced, task_truth
from sandbox.world import World
from sandbox.world.scenario import Scenario
from sandbox.world.task_prices import BASE_DAY, PER_REQUEST, PER_UNIT, Policy, Price, feed_prices
from sandbox.world.tasks import Task, tasks_of_day

AS_OF = dt.date(2026, 7, 1)
DAY = dt.date(2026, 6, 3)
TASK = next(iter(tasks_of_day(DAY, 7, World(2, 10, as_of=AS_OF).roster)))


@pytest.fixture(scope="module")
def world() -> World:
    """Return a company with two months of tasks."""
    return World(20, 60, as_of=AS_OF)


@pytest.fixture(scope="module")
def tasks(world: World) -> list[Task]:
    """Return the tasks of the history."""
    return [task for day in world.dates() for task in tasks_of_day(day, world.seed, world.roster)]


def test_every_hard_case_is_there(tasks: list[Task]) -> None:
    cases: Counter[str] = Counter()
    for task in tasks:
        cases["failed"] += not task.succeeded
        cases["retry"] += task.retry_of is not None
        cases["no decision"] += task.decision is None
        cases["no model"] += task.model is None
        cases["no type"] += task.task_type is None
        cases["no duration"] += task.duration_ms is None
        cases["no classes"] += task.tokens is None
        cases["no sum"] += task.tokens_used is None
        cases["no units"] += task.compute_millis is None
        cases["early"] += task.early
        cases["odd e-mail"] += "@" in task.user_id and task.user_id != task.user_id.lower()
        cases["unpriced"] += task.model == "claude-lab-preview"
        cases["priority"] += task.tier == "priority"
    assert len(cases) == 13
    assert min(cases.values()) >= 10, cases
    assert len({task.organization for task in tasks}) == 20
    assert len({task.provider for task in tasks}) == 4
    assert len({task.task_id for task in tasks}) == len(tasks)


def test_tasks_of_a_day_do_not_hang_on_today() -> None:
    earlier, later = World(5, 10, as_of=AS_OF), World(5, 30, as_of=AS_OF + dt.timedelta(days=9))
    assert list(tasks_of_day(DAY, 7, earlier.roster)) == list(tasks_of_day(DAY, 7, later.roster))
    assert list(tasks_of_day(DAY, 8, earlier.roster)) != list(tasks_of_day(DAY, 7, earlier.roster))


def test_files_of_closed_weeks_are_the_same_bytes_tomorrow(tmp_path: Path) -> None:
    """Naive: every run finds new times of modification and loads everything again."""

    def state(days: int, as_of: dt.date) -> dict[str, tuple[bytes, float]]:
        paths = write_task_files(World(3, days, as_of=as_of), tmp_path)
        return {path.name: (path.read_bytes(), path.stat().st_mtime) for path in paths}

    today = state(24, AS_OF)
    assert state(24, AS_OF) == today
    tomorrow = state(25, AS_OF + dt.timedelta(days=1))
    same = [name for name in today if today[name] == tomorrow.get(name)]
    changed = {name for name in today if name not in same}
    assert {name.split(".")[0] for name in changed} == {"2026-W27"}
    assert len(same) >= 6


def test_the_command_writes_the_files(tmp_path: Path) -> None:
    options = ["--people", "2", "--days", "8", "--as-of", AS_OF.isoformat(), "--out", str(tmp_path)]
    assert main(["tasks", *options]) == 0
    names = {path.parent.name for path in tmp_path.rglob("*.*")}
    assert names == {"task_executions", "routing_decisions", "provider_pricing"}


def test_an_early_report_comes_right_in_the_next_weeks_file(world: World, tmp_path: Path) -> None:
    write_task_files(world, tmp_path)
    rows = duckdb.sql(
        f"""
        from (select task_id, success, updated_at, 1 as n from '{tmp_path}/task_executions/*.parquet'
              union all by name
              select task_id, success, updated_at, 1 from '{tmp_path}/task_executions/*.jsonl')
        select task_id, bool_or(not success), arg_max(success, updated_at) group by 1 having count(*) > 1
        """
    ).fetchall()
    truth = {row["task_id"]: row for kind, row in task_truth(world) if kind == "task_savings"}
    assert rows
    for task_id, failed_once, succeeded in rows:
        assert (failed_once, succeeded) == (True, True)
        assert truth[task_id]["is_successful"]


def test_the_first_price_is_open_until_the_next_month_says_otherwise(tmp_path: Path) -> None:
    write_task_files(World(2, 60, as_of=AS_OF), tmp_path)
    lines = (tmp_path / "provider_pricing" / "prices-2026-06.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    codex = [row for row in rows if row["token_class"] == "output" and row["service_tier"] is None]
    assert [(row["cost_per_unit"], row["end_date"]) for row in codex] == [
        ("0.000012", "2026-06-01"),
        ("0.00001", None),
    ]


def test_a_revision_corrects_one_price_back_in_time() -> None:
    def costs(revision: int, day: dt.date) -> set[Decimal]:
        return {
            price.per_million
            for price in feed_prices(AS_OF - dt.timedelta(days=60), AS_OF, revision)
            if (price.provider, price.task_type) == ("github_copilot", None)
            and price.start <= day
            and (price.end is None or day < price.end)
        }

    since = dt.date(2026, 6, 1)
    before = since - dt.timedelta(days=1)
    assert costs(0, before) == costs(1, before) == {Decimal(22_500)}
    assert costs(0, since) == {Decimal(30_000)}
    assert costs(1, since) == {Decimal(22_500)}
    assert World(2, 60, as_of=AS_OF, scenario=Scenario(revision=1)).scenario.revision == 1


def _price(
    provider: str, way: str, amount: str, token_class: str | None = None, **more: Any
) -> Price:
    fields = {"model": None, "task_type": None, "tier": None, "end": None, **more}
    return Price(
        provider=provider,
        pricing_model=way,
        token_class=token_class,
        per_million=Decimal(amount),
        start=fields.pop("start", BASE_DAY),
        **fields,
    )


BASELINE = [_price("base", PER_REQUEST, "2000000")]
POLICY = [Policy("org", "base", None, BASE_DAY, None)]
CASES: list[tuple[str, dict[str, Any], list[Price], str | None]] = [
    # Each class at its own price: (1,000 at 3) + (100 at 15) + (2,000 at 0.3) + (400 at 3.75) + (10 at 6), per million.
    (
        "classes",
        {"tokens": (1_000, 100, 2_000, 400, 10)},
        [
            _price("p", "per_token", text, token_class)
            for token_class, text in {
                "uncached_input": "3",
                "output": "15",
                "cache_read": "0.3",
                "cache_write_5m": "3.75",
                "cache_write_1h": "6",
            }.items()
        ],
        "0.00666",
    ),
    (
        "only the sum",
        {"tokens": None, "tokens_used": 500},
        [_price("p", "per_token", "4")],
        "0.002",
    ),
    (
        "a class without a price",
        {"tokens": (0, 1, 0, 0, 0)},
        [_price("p", "per_token", "3", "uncached_input")],
        None,
    ),
    (
        "an unused class needs none",
        {"tokens": (2, 0, 0, 0, 0)},
        [_price("p", "per_token", "3", "uncached_input")],
        "0.000006",
    ),
    ("request", {}, [_price("p", PER_REQUEST, "40000")], "0.04"),
    ("units", {"compute_millis": 1_500}, [_price("p", PER_UNIT, "60000")], "0.09"),
    ("unknown units", {"compute_millis": None}, [_price("p", PER_UNIT, "60000")], None),
    (
        "task type before model",
        {"task_type": "refactor", "model": "m"},
        [
            _price("p", PER_REQUEST, "1000000", model="m"),
            _price("p", PER_REQUEST, "3000000", task_type="refactor"),
        ],
        "3",
    ),
    (
        "the end is excluded",
        {},
        [
            _price("p", PER_REQUEST, "1000000", end=DAY),
            _price("p", PER_REQUEST, "5000000", start=DAY),
        ],
        "5",
    ),
    ("no price", {}, [_price("other", PER_REQUEST, "1")], None),
]


@pytest.mark.parametrize(
    ("fields", "prices", "actual"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_costs_are_those_computed_by_hand(
    fields: dict[str, Any], prices: list[Price], actual: str | None
) -> None:
    plain = {"provider": "p", "model": None, "task_type": None, "tier": None, "organization": "org"}
    task = replace(TASK, **{**plain, "succeeded": True, "retry_of": None, **fields})
    row = _priced(task, [*prices, *BASELINE], POLICY)
    found = row["actual_cost_usd"]
    assert (found if found is None else Decimal(found)) == (
        None if actual is None else Decimal(actual)
    )
    assert Decimal(row["baseline_cost_usd"]) == 2
    wanted = None if actual is None else 2 - Decimal(actual)
    assert (row["savings_usd"] and Decimal(row["savings_usd"])) == wanted
