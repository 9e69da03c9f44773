"""A snapshot with tokens, a rest and a seat in two months, and their ledger."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from persons.keys import Key
from serving.focus.columns import COLUMNS, MART
from warehouse.snapshot import Snapshot, sha256_of

_TOKENS = {
    "billed_cost": "6.5",
    "effective_cost": "6.5",
    "list_cost": "6.6",
    "contracted_cost": "6.6",
    "list_unit_price": "3.3",
    "contracted_unit_price": "3.3",
    "pricing_quantity": "2",
    "pricing_unit": "'1000000 Tokens'",
    "consumed_quantity": "2000000",
    "consumed_unit": "'Tokens'",
    "pricing_currency_effective_cost": "6.5",
    "pricing_currency_list_unit_price": "3.3",
    "pricing_currency_contracted_unit_price": "3.3",
    "billing_account_id": "'org_1'",
    "billing_account_name": "'One'",
    "billing_currency": "'USD'",
    "pricing_currency": "'USD'",
    "pricing_category": "'Standard'",
    "charge_category": "'Usage'",
    "charge_frequency": "'Usage-Based'",
    "charge_description": "'Claude API: m, Output Tokens'",
    "billing_period_start_at": "timestamp '2026-06-01'",
    "billing_period_end_at": "timestamp '2026-07-01'",
    "charge_period_start_at": "timestamp '2026-06-30'",
    "charge_period_end_at": "timestamp '2026-07-01'",
    "invoice_issuer_name": "'Anthropic'",
    "provider_name": "'Anthropic'",
    "publisher_name": "'Anthropic'",
    "service_category": "'AI and Machine Learning'",
    "service_name": "'Claude API'",
    "service_subcategory": "'Generative AI'",
    "sku_id": "'anthropic/m/output'",
    "sku_meter": "'Output Tokens'",
    "sku_price_details": '\'{"x_ModelId":"m"}\'',
    "sku_price_id": "'anthropic/m/output/standard/0-200k/us'",
    "sub_account_id": "'ws_1'",
    "sub_account_name": "'Research'",
    "tags": '\'{"team":"R [EU] {x}","person_id":"p_1"}\'',
    "attribution_confidence": "0.9",
    "attribution_method": "'api_key_mapping'",
    "category": "'api_usage'",
    "charge_id": "'charge_1'",
    "cost_component": "'output'",
    "is_provisional": "false",
    "platform": "'claude_api'",
    "price_basis": "'price_list'",
    "quantity_basis": "'metered'",
    "spend_basis": "'allocated'",
    "spend_id": "'spend_1'",
    "spend_method": "'token_share'",
    "vendor": "'anthropic'",
}
_REST = _TOKENS | {
    "charge_id": "'charge_2'",
    "list_cost": "6.5",
    "contracted_cost": "6.5",
    "list_unit_price": "null",
    "contracted_unit_price": "null",
    "pricing_quantity": "null",
    "pricing_unit": "null",
    "consumed_quantity": "null",
    "consumed_unit": "null",
    "pricing_currency_list_unit_price": "null",
    "pricing_currency_contracted_unit_price": "null",
    "tags": "null",
}
_SEAT = _TOKENS | {
    "charge_id": "'charge_3'",
    "spend_id": "'spend_3'",
    "cost_component": "'seat'",
    "charge_category": "'Purchase'",
    "charge_frequency": "'Recurring'",
    "effective_cost": "0",
    "pricing_currency_effective_cost": "0",
    "list_cost": "6.5",
    "contracted_cost": "6.5",
    "list_unit_price": "6.5",
    "contracted_unit_price": "6.5",
    "pricing_currency_list_unit_price": "6.5",
    "pricing_currency_contracted_unit_price": "6.5",
    "pricing_quantity": "1",
    "pricing_unit": "'User-Days'",
    "consumed_quantity": "null",
    "consumed_unit": "null",
    "sku_id": "'anthropic/team/seat'",
    "sku_price_id": "'anthropic/team/seat/day'",
    "price_basis": "'fee_of_the_seat'",
}
_SEAT_DAY = _SEAT | {
    "charge_id": "'charge_3_day'",
    "charge_category": "'Usage'",
    "charge_frequency": "'Usage-Based'",
    "billed_cost": "0",
    "effective_cost": "6.5",
    "pricing_currency_effective_cost": "6.5",
    "list_cost": "0",
    "contracted_cost": "0",
    "list_unit_price": "0",
    "contracted_unit_price": "0",
    "pricing_currency_list_unit_price": "0",
    "pricing_currency_contracted_unit_price": "0",
    "consumed_quantity": "1",
    "consumed_unit": "'User-Days'",
    "sku_id": "'anthropic/team/seat_day'",
    "sku_price_id": "'anthropic/team/seat_day/day'",
    "price_basis": "'covered_by_the_fee'",
}
_JULY = _TOKENS | {
    "charge_id": "'charge_4'",
    "billing_period_start_at": "timestamp '2026-07-01'",
    "billing_period_end_at": "timestamp '2026-08-01'",
    "charge_period_start_at": "timestamp '2026-07-01'",
    "charge_period_end_at": "timestamp '2026-07-02'",
}
_TYPES = {"text": "varchar", "decimal": "decimal(38, 9)", "instant": "timestamp", "flag": "boolean"}

Make = Callable[..., Snapshot]


KEY = Key(b"a key of the tests, of no company")


@pytest.fixture
def make_snapshot(tmp_path: Path) -> Make:
    """Make a snapshot after running statements on the table `mart`."""

    def make(*statements: str) -> Snapshot:
        with duckdb.connect() as connection:
            selects = [
                "select "
                + ", ".join(
                    f"cast({row.get(c.mart_column, 'null')} as {_TYPES[c.kind]}) as {c.mart_column}"
                    for c in COLUMNS
                )
                for row in (_TOKENS, _REST, _SEAT, _SEAT_DAY, _JULY)
            ]
            connection.execute("create table mart as " + " union all ".join(selects))
            connection.execute(
                "create table ledger as select vendor, cast(charge_period_start_at as date) as usage_date,"
                " billed_cost as spend_usd from mart"
            )
            for statement in statements:
                connection.execute(statement)
            for table in ("mart", "ledger"):
                connection.execute(f"copy {table} to '{tmp_path / table}.parquet' (format parquet)")
        tables = {
            table: {"path": name, "sha256": sha256_of(tmp_path / name)}
            for table, name in (
                (MART, "mart.parquet"),
                ("marts.fct_ai_spend_daily", "ledger.parquet"),
            )
        }
        return Snapshot(tmp_path, {"tables": tables}, {})

    return make
