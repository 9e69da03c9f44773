import csv
import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from persons.keys import Key
from serving.focus.export import FocusError, export
from tests.focus.conftest import KEY, Make
from warehouse.snapshot import sha256_of

TOKENS = "charge_id = 'charge_1'"
SEAT = "charge_id = 'charge_3'"
SEAT_DAY = "charge_id = 'charge_3_day'"
BREAKS = {
    "ListCost is PricingQuantity x ListUnitPrice": f"list_cost = 6.600000001 where {TOKENS}",
    "ContractedCost is PricingQuantity x ContractedUnitPrice": f"contracted_cost = 6 where {TOKENS}",
    "A purchase has no EffectiveCost": f"effective_cost = 6.5 where {SEAT}",
    "EffectiveCost is BilledCost, but for seats": f"effective_cost = 0 where {TOKENS}",
    "What is bought is used up": f"effective_cost = 6.499999999 where {SEAT_DAY}",
    "ServiceSubcategory belongs": "service_subcategory = 'Development Environments'",
    "Tags are a flat JSON object": f'tags = \'{{"team":{{"name":"a"}}}}\' where {TOKENS}',
    "Tags are a flat": f"tags = 'no json' where {TOKENS}",
    "Tags name nobody": f'tags = \'{{"person_id":"ada@one.example"}}\' where {TOKENS}',
    "SkuPriceDetails are a flat": f'sku_price_details = \'{{"ModelId":"m"}}\' where {TOKENS}',
    "ChargePeriod ends after it begins": "charge_period_end_at = charge_period_start_at",
    "Charge lies in its BillingPeriod": f"charge_period_end_at = timestamp '2026-07-02' where {TOKENS}",
    "PricingUnit is one of ours": f"pricing_unit = 'Bananas' where {TOKENS}",
    "PricingQuantity and PricingUnit come together": f"pricing_unit = null where {TOKENS}",
    "ConsumedQuantity and ConsumedUnit come together": f"consumed_unit = null where {TOKENS}",
    "PricingQuantity is the consumption": f"consumed_quantity = 2000001 where {TOKENS}",
    "PricingQuantity is the consumption in": f"consumed_quantity = 2 where {SEAT_DAY}",
    "No text is blank": "billing_account_id = ' '",
    "Required columns are filled": f"sku_price_id = null where {TOKENS}",
    "A SkuPriceId has one SkuId": f"sku_id = 'other' where {TOKENS}",
    "A ServiceName has one ServiceCategory": "service_category = 'Developer Tools',"
    f" service_subcategory = 'Development Environments' where {TOKENS}",
}


def charge_id(warehouse_id: str, key: Key) -> str:
    """Return the id that a charge has in the files, worked out by hand."""
    secret = key.digest("focus charge id", "")
    return hashlib.sha256(f"{secret}{warehouse_id}".encode()).hexdigest()[:32]


def test_files_per_month_with_decimals_and_instants(make_snapshot: Make, tmp_path: Path) -> None:
    done = export(make_snapshot(), tmp_path / "focus", KEY)
    current = tmp_path / "focus" / "current"
    assert current.resolve() == done.folder.resolve()
    assert sorted(path.name for path in current.glob("focus*")) == [
        "focus_cost_and_usage_2026-06.csv",
        "focus_cost_and_usage_2026-06.parquet",
        "focus_cost_and_usage_2026-07.csv",
        "focus_cost_and_usage_2026-07.parquet",
    ]
    june = current / "focus_cost_and_usage_2026-06.parquet"
    described = duckdb.sql(f"describe select * from '{june}'").fetchall()
    types = {name: kind for name, kind, *_ in described}
    assert types["BilledCost"] == types["PricingQuantity"] == "DECIMAL(38,9)"
    assert types["ChargePeriodStart"] == "TIMESTAMP WITH TIME ZONE"
    names = list(types)
    assert [name for name in names if name.startswith("x_")] == names[-13:]
    with (current / "focus_cost_and_usage_2026-06.csv").open(newline="") as file:
        rows = {row["x_ChargeId"]: row for row in csv.DictReader(file)}
    assert list(rows) == sorted(rows)
    assert rows.keys() == {charge_id(f"charge_{name}", KEY) for name in ("1", "2", "3", "3_day")}
    tokens, rest = rows[charge_id("charge_1", KEY)], rows[charge_id("charge_2", KEY)]
    assert tokens["ChargePeriodStart"] == "2026-06-30T00:00:00Z"
    assert tokens["BillingPeriodEnd"] == "2026-07-01T00:00:00Z"
    assert (rest["PricingQuantity"], rest["InvoiceId"]) == ("", "")
    assert json.loads(tokens["Tags"]) == {"team": "R [EU] {x}", "person_id": "p_1"}
    manifest = json.loads((current / "manifest.json").read_text())
    assert manifest["data_origin"] == "unknown", "as the snapshot says"
    assert {f["name"]: f["billed_cost"] for f in manifest["files"]}[june.name] == "19.500000000"
    assert all(f["sha256"] == sha256_of(current / f["name"]) for f in manifest["files"])


def test_a_name_in_csv_is_no_formula_and_stays_in_parquet(
    make_snapshot: Make, tmp_path: Path
) -> None:
    name = '=HYPERLINK("http://x")'
    done = export(
        make_snapshot(f"update mart set sub_account_name = '{name}'"), tmp_path / "f", KEY
    )
    july = done.folder / "focus_cost_and_usage_2026-07"
    with july.with_suffix(".csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["SubAccountName"] == f"'{name}"
    # A number is none of it.
    assert row["BilledCost"] == "6.500000000"
    read = f"select \"SubAccountName\" from '{july.with_suffix('.parquet')}'"
    assert duckdb.sql(read).fetchall() == [(name,)]


def test_same_rows_in_another_order_are_the_same_bytes(make_snapshot: Make, tmp_path: Path) -> None:
    first = export(make_snapshot(), tmp_path / "focus", KEY)
    again = export(
        make_snapshot("create or replace table mart as from mart order by charge_id desc"),
        tmp_path / "focus",
        KEY,
    )
    assert (first.is_new, again.is_new, again.folder) == (True, False, first.folder)


def test_the_set_before_stays_and_the_one_before_that_goes(
    make_snapshot: Make, tmp_path: Path
) -> None:
    folders = [
        export(
            make_snapshot(f"update mart set charge_description = '{n}'"), tmp_path / "f", KEY
        ).folder
        for n in range(3)
    ]
    assert [folder.exists() for folder in folders] == [False, True, True]
    assert (tmp_path / "f" / "current").resolve() == folders[2].resolve()


@pytest.mark.parametrize(("rule", "change"), BREAKS.items(), ids=list(BREAKS))
def test_a_broken_rule_is_named_and_the_old_files_stay(
    make_snapshot: Make, tmp_path: Path, rule: str, change: str
) -> None:
    before = export(make_snapshot(), tmp_path / "focus", KEY).folder
    with pytest.raises(FocusError, match=rule):
        export(make_snapshot(f"update mart set {change}"), tmp_path / "focus", KEY)
    assert (tmp_path / "focus" / "current").resolve() == before.resolve()


def test_a_charge_twice_is_refused(make_snapshot: Make, tmp_path: Path) -> None:
    twice = "insert into mart select * from mart where charge_id = 'charge_1'"
    with pytest.raises(FocusError, match="No charge stands twice"):
        export(make_snapshot(twice), tmp_path / "focus", KEY)


@pytest.mark.parametrize(
    "change",
    [
        "update ledger set spend_usd = spend_usd + 0.000000001 where usage_date = '2026-07-01'",
        "delete from mart where charge_id = 'charge_4'",
        "insert into ledger values ('cursor', date '2026-07-01', 1)",
    ],
    ids=["a billionth", "a lost month", "a vendor nobody exported"],
)
def test_another_sum_than_the_ledger_is_refused(
    make_snapshot: Make, tmp_path: Path, change: str
) -> None:
    with pytest.raises(FocusError, match="BilledCost is the ledger"):
        export(make_snapshot(change), tmp_path / "focus", KEY)
