"""A day of an organisation is computed again when something that it is made from changed, and only then: its fingerprint."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.e2e.chain import DBT, Chain

MODELS = {
    "int_savings__price_rows": "view",
    "int_savings__prices": "table",
    "int_savings__policy_rows": "view",
    "int_savings__policies": "view",
    "int_savings__day_versions": "table",
}
"""What fingerprints are made of, in order, and how it is kept."""
Day = tuple[str, str]

_PRICE = (
    "insert into raw_orchestrator.provider_pricing (pricing_id, provider, pricing_model, cost_per_unit,"
    " currency, effective_date, end_date, _loaded_at, _dlt_load_id)"
    " values ('new', 'claude_code', '{}', '1', 'USD', '{}', {}, '2026-11-20 00:00:00Z', 'new')"
)
_TASK = "select * from raw_orchestrator.task_executions where organization_id = 'org-18'"
_DECISION = (
    "insert into raw_orchestrator.routing_decisions (routing_decision_id, organization_id, created_at,"
    " _loaded_at, _dlt_load_id)"
    " values ('new', {}, '2026-11-10 23:59:59.999999Z', '2026-11-20 00:00:00Z', 'new')"
)
_POLICY = (
    "insert into raw_sheets.baseline_policies (sheet_tab, sheet_row, organization_id, provider,"
    " valid_from, valid_to, approved_by, _loaded_at, _dlt_load_id)"
    " values ('baseline_policies', 99, 'org-18', 'another', '{}', '{}', '{}', '2026-11-20 00:00:00Z', 'new')"
)


@dataclass(frozen=True)
class Case:
    """A change of the raw tables, and the days that are computed again because of it."""

    name: str
    change: str
    touches: Callable[[str, str], bool]
    """Whether a day (organisation, day) is one of them."""


def _nobody(_organization: str, _day: str) -> bool:
    return False


def _two_days(organization: str, day: str) -> bool:
    return organization == "org-18" and _everybody_for_two_days(organization, day)


def _everybody_for_two_days(_organization: str, day: str) -> bool:
    return day in ("2026-11-10", "2026-11-11")


CASES = (
    Case("nothing", "select 1", _nobody),
    Case("a price for later", _PRICE.format("per_request", "2026-12-01", "null"), _nobody),
    Case(
        "a price that nobody can use",
        _PRICE.format("per_hour", "2026-11-10", "'2026-11-11'"),
        _nobody,
    ),
    Case(
        "a price of one day",
        _PRICE.format("per_request", "2026-11-10", "'2026-11-11'"),
        lambda _, day: day == "2026-11-10",
    ),
    Case(
        "the end of a price",
        "update raw_orchestrator.provider_pricing set end_date = '2026-11-15' where pricing_id ="
        " (select min(pricing_id) from raw_orchestrator.provider_pricing"
        " where end_date is null and effective_date < '2026-10-01')",
        lambda _, day: day >= "2026-11-15",
    ),
    # On the day itself, and on the next one: a decision or a first attempt may stand on the day before.
    # It says itself whose task it is for, or does not, or wrongly.
    *(
        Case(name, _DECISION.format(organization), _everybody_for_two_days)
        for name, organization in (
            ("a decision", "'org-18'"),
            ("a decision without an organisation", "null"),
            ("a decision of another organisation", "'org-01'"),
        )
    ),
    Case(
        "a task",
        "insert into raw_orchestrator.task_executions select * replace ('new' as task_id,"
        f" timestamptz '2026-11-10 00:00:00Z' as start_time) from ({_TASK} limit 1)",
        _two_days,
    ),
    Case(
        "a task that is delivered again",
        "update raw_orchestrator.task_executions set _loaded_at = '2126-11-30 00:00:00Z' where task_id ="
        f" (select min(task_id) from ({_TASK}) where cast(start_time as date) = '2026-11-10')",
        _two_days,
    ),
    Case("a policy of two days", _POLICY.format("2026-11-10", "2026-11-12", "Ada"), _two_days),
    Case("a policy of no day", _POLICY.format("2026-11-10", "2026-11-10", "Ada"), _nobody),
    Case("a policy without a first day", _POLICY.format("", "2026-11-12", "Ada"), _nobody),
    Case(
        "a policy that nobody has approved",
        _POLICY.format("2026-11-10", "2026-11-12", " "),
        _nobody,
    ),
    Case(
        "a task type of the router",
        "insert into intermediate.routing_task_types values ('triage', null)",
        lambda *_: True,
    ),
    Case(
        "a rule of the review",
        "update intermediate.task_review_rules set threshold_text = '2'"
        " where review_rule = 'expensive_task'",
        lambda *_: True,
    ),
)


@dataclass(frozen=True)
class Compiled:
    """A company's warehouse, and the SQL that makes the fingerprints."""

    warehouse: Path
    queries: dict[str, str]

    def versions_after(self, change: str) -> dict[Day, str]:
        """Return every day's fingerprint after a change, which is taken back."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("begin transaction")
            connection.execute(change)
            for model, query in self.queries.items():
                kind = MODELS[model]
                connection.execute(f"create or replace {kind} intermediate.{model} as {query}")
            rows = connection.execute(
                "select organization_id, usage_date::varchar, input_version"
                " from intermediate.int_savings__day_versions"
            ).fetchall()
            connection.execute("rollback")
        return {(organization, day): version for organization, day, version in rows}


@pytest.fixture(scope="module")
def compiled(small: Chain, tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    chain = small.copy(tmp_path_factory.mktemp("day-versions"))
    target = chain.folder / "target"
    done = chain.run("dbt", *DBT, "compile", "--select", *MODELS, DBT_TARGET_PATH=str(target))
    assert done.code == 0, done.text
    files = {model: next(target.glob(f"compiled/**/{model}.sql")) for model in MODELS}
    return Compiled(chain.warehouse, {model: file.read_text() for model, file in files.items()})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_exactly_the_days_it_concerns_are_computed_again(compiled: Compiled, case: Case) -> None:
    before, after = compiled.versions_after("select 1"), compiled.versions_after(case.change)
    # Decisions alone may make a day, but none goes.
    assert before.keys() <= after.keys()
    assert {("org-18", "2026-11-10"), ("org-18", "2026-11-11")} <= before.keys()
    assert len(set(before.values())) == len(before)
    changed = {day for day in before if before[day] != after[day]}
    assert changed == {day for day in before if case.touches(*day)}
