"""One name for one thing, and the names of before answered for one release; what a person looks for first stands first."""

import tomllib

import pytest

from serving.renamed import RENAMED
from tests.repository.project import ROOT, nodes

RUN = ["pipeline_run_id", "input_version", "loaded_at"]
WHO = {"organization_id", "user_id", "actor_id"}
"""Who did it, or for whom: a person reads these, though they are ids."""
SHAPED_BY_OTHERS = ("mart_legacy__", "mart_finance__focus_cost_and_usage")
"""The predecessor's shapes and the columns of FOCUS, in the specification's order."""


def _columns() -> dict[str, list[str]]:
    """Return the columns of every model, by its name with schema."""
    return {f"{node.schema}.{node.name}": list(node.columns) for node in nodes("model")}


def _marts() -> dict[str, list[str]]:
    return {
        name: columns
        for name, columns in _columns().items()
        if name.startswith(("marts.", "metrics.", "quality."))
        and not name.partition(".")[2].startswith(SHAPED_BY_OTHERS)
    }


def test_every_name_of_before_leads_to_one_of_now() -> None:
    found = _columns()
    assert set(RENAMED.marts.values()) | set(RENAMED.columns) <= set(found)
    wanting = [
        f"{mart}.{now}"
        for mart, columns in RENAMED.columns.items()
        for now in columns.values()
        if now not in found[mart]
    ]
    assert wanting == []


def test_no_name_of_before_is_in_use() -> None:
    """A reader of the old name would be given something else."""
    found = _columns()
    assert set(RENAMED.marts) & set(found) == set()
    retired = {before for columns in RENAMED.columns.values() for before in columns}
    used = [
        f"{model}.{column}"
        for model, columns in found.items()
        if not model.partition(".")[2].startswith(SHAPED_BY_OTHERS)
        for column in columns
        if column in retired
    ]
    assert used == [], "call it as serving/renamed.yml does"


def test_names_of_before_go_with_their_release() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    now = tuple(map(int, version["project"]["version"].split(".")))
    gone = tuple(map(int, RENAMED.gone_in.split(".")))
    assert now < gone or not (RENAMED.marts or RENAMED.columns), "empty serving/renamed.yml"


@pytest.mark.parametrize("schema", ["marts", "quality"])
def test_what_a_person_looks_for_first_stands_first(schema: str) -> None:
    """Date, who, what, measures, money; then flags; keys and what a run says of itself last."""
    wrong = []
    for name, columns in _marts().items():
        if not name.startswith(f"{schema}."):
            continue
        run = [column for column in RUN if column in columns]
        ids = [
            column
            for column in columns
            if column not in run and column not in WHO and column.endswith(("_id", "person_key"))
        ]
        days = [column for column in columns if column in ("usage_date", "month_start_date")]
        if columns[len(columns) - len(run) :] != run:
            wrong.append(f"{name}: {run} last")
        if set(columns[len(columns) - len(run) - len(ids) : len(columns) - len(run)]) != set(ids):
            wrong.append(f"{name}: ids behind everything else")
        if days and columns[0] not in (*days, "check_date", "cohort_month_date", "calendar_date"):
            wrong.append(f"{name}: the day first")
    assert wrong == []
