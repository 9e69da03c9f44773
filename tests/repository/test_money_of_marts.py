"""Each mart with money says over which rows it may be added, and a test adds up exactly those."""

from typing import Any

from bin.metrics_page import PAGE, addable, money_of, served_models
from tests.repository.project import manifest, nodes

LEDGER = "model.ai_usage.fct_ai_spend_daily"
COMPARED = "money_is_the_ledger"
OTHERWISE = {
    "fct_ai_spend_daily": "the ledger itself: its tests compare it with the bills, charges and seats",
    "mart_legacy__fct_cost_daily": "assert_legacy_cost_is_the_ledger_without_seats",
    "mart_finance__forecast_backtests": "never added",
    "mart_delivery__cost_per_pull_request": "months with pull requests alone: its unit test adds up the ledger's rows",
}


def _with_money() -> dict[str, dict[str, Any]]:
    return {
        model["name"]: model
        for folder, models in served_models().items()
        if folder != "quality"
        for model in models
        if _money_columns(model)
    }


def _money_columns(model: dict[str, Any]) -> set[str]:
    names = (str(column["name"]) for column in model.get("columns", []))
    return {name for name in names if name.endswith(("_usd", "_cost"))}


def test_every_mart_with_money_says_which_rows_may_be_added() -> None:
    marts = _with_money()
    assert len(marts) > 25
    assert sorted(name for name, model in marts.items() if not money_of(model).get("why")) == []


def test_what_is_said_names_columns_of_the_mart() -> None:
    for name, model in _with_money().items():
        said = money_of(model)
        assert set(said) <= {"rows", "one", "never", "why"}, name
        columns = {column["name"] for column in model["columns"]}
        assert {*said.get("one", []), *said.get("never", [])} <= columns, name


def test_no_other_model_speaks_of_money() -> None:
    speaking = {node.name for node in nodes("model") if node.config.meta.get("money")}
    assert speaking == set(_with_money())


def test_what_is_made_of_the_ledger_is_compared_with_it() -> None:
    compared = {
        node.attached_node.split(".")[-1]
        for node in nodes("test")
        if getattr(getattr(node, "test_metadata", None), "name", "") == COMPARED
    }
    descended = {name for name in _with_money() if LEDGER in _ancestors(f"model.ai_usage.{name}")}
    assert len(descended) > 12
    assert sorted(descended - compared - set(OTHERWISE)) == []
    assert sorted(compared & set(OTHERWISE)) == []


def test_the_page_says_so_too() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, model in _with_money().items():
        assert " ".join(addable(model).split()) in text, name
    assert "Columns ending in `_usd` may be added" not in text


def _ancestors(unique_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        node = manifest().nodes.get(waiting.pop())
        for parent in getattr(getattr(node, "depends_on", None), "nodes", []):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
