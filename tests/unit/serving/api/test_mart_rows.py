"""Which columns of the marts are money: sent as text with all their digits, never as a floating-point number."""

import re
from pathlib import Path

import pytest
import yaml

from serving.api.mart_rows import is_money, is_price, json_type

MODELS = Path("dbt_project/models")
NO_MONEY = re.compile(
    r"\w+_(share|ratio|score|quantity|confidence|value|percentage|duration_ms)|compute_units|geo_multiplier|usd_per_unit"
)


def _decimal_columns() -> set[str]:
    found = set()
    for folder in ("marts", "quality"):
        for path in (MODELS / folder).rglob("*.yml"):
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            for model in (content or {}).get("models", []):
                found |= {
                    column["name"]
                    for column in model.get("columns", [])
                    if str(column.get("data_type", "")).startswith("numeric")
                }
    return found


def test_every_decimal_column_is_money_or_known_to_be_none() -> None:
    columns = _decimal_columns()
    assert len(columns) > 50
    assert [name for name in columns if not is_money(name) and not NO_MONEY.fullmatch(name)] == []
    assert [name for name in columns if is_money(name) and NO_MONEY.fullmatch(name)] == []


@pytest.mark.parametrize("name", ["billed_cost", "spend_usd", "before_actual_cost_usd"])
def test_amounts(name: str) -> None:
    assert is_money(name)
    assert not is_price(name)
    assert json_type(name, "DECIMAL(38,9)") == "money"


@pytest.mark.parametrize("name", ["list_unit_price", "price_usd_per_million_units"])
def test_prices_keep_their_decimals(name: str) -> None:
    assert is_price(name)
    assert json_type(name, "DECIMAL(38,9)") == "money"


def test_shares_are_numbers() -> None:
    assert json_type("savings_percentage", "DECIMAL(38,9)") == "number"
