"""docs/savings.md says where the columns of the first plan are: each of them once, in a column that the marts promise."""

import re

import yaml

from tests.repository.project import ROOT

PLANNED = """
    organization_id period_type period_start period_end total_tasks successful_tasks failed_tasks total_tokens_used
    total_actual_cost total_baseline_cost total_savings savings_percentage by_provider by_task_type
    avg_duration_ms p50_duration_ms p95_duration_ms p99_duration_ms
""".split()  # noqa: SIM905 - a list of names reads better than a list of strings
ROW = re.compile(r"\| `(\w+)` \| `(mart_savings__\w+)` \| `(\w+)` \| (.*) ?\|")


def _promised(mart: str) -> set[str]:
    """Return the columns of a mart's contract, which every build keeps."""
    path = ROOT / "dbt_project" / "models" / "marts" / "savings" / f"{mart}.yml"
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return {column["name"] for column in model["columns"]}


def test_every_column_of_the_plan_is_somewhere() -> None:
    _, _, section = (
        (ROOT / "docs" / "savings.md")
        .read_text(encoding="utf-8")
        .partition("\n## Where the columns of `analytics_aggregations` are now\n")
    )
    rows = ROW.findall(section.partition("\n## ")[0])
    assert sorted(name for name, *_ in rows) == sorted(PLANNED)
    for _, mart, column, remark in rows:
        promised = _promised(mart)
        mentioned = {name for name in re.findall(r"`(\w+)`", remark) if name.endswith("_usd")}
        assert {column, *mentioned, *re.findall(r"`(n_\w+)`", remark)} <= promised, (mart, column)
