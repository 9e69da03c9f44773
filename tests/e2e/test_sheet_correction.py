"""Somebody corrects the mapping sheet for the past: owners change from that day on, money never."""

import csv
from datetime import timedelta
from pathlib import Path

from sandbox.server.worlds import make_world
from sandbox.world.sheets import TABS
from tests.e2e.bill import totals
from tests.e2e.chain import AS_OF, SMALL, Chain, serve
from tests.e2e.tables import changed_days, changed_rows

FROM = AS_OF - timedelta(days=10)
SHOWN_BY_OWNER = {
    "marts.mart_adoption__active_people",
    "marts.mart_api_consumption__daily",
    "marts.mart_executive__overview_monthly",
    "marts.mart_executive__person_monthly",
    "marts.mart_finance__anomalies",
    "marts.mart_finance__budget_status",
    "marts.mart_finance__chargeback",
    "marts.mart_finance__daily_spend",
    "marts.mart_finance__focus_cost_and_usage",
    "marts.mart_finance__owner_candidates",
    "marts.mart_finance__spend_parts",
}
SINCE = f"usage_date >= date '{FROM}'"


def _write(folder: Path, tabs: dict[str, list[list[str]]]) -> None:
    folder.mkdir()
    for name, rows in tabs.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


def test_a_back_dated_owner(small: Chain, tmp_path: Path) -> None:
    world = make_world(SMALL)
    tabs = {name: [list(row) for row in world.sheet(name)] for name in TABS}
    _write(tmp_path / "as-before", tabs)

    mapped = small.rows(
        f"select actor_id, min(person_email) from marts.fct_ai_spend_daily where {SINCE}"
        " and platform = 'claude_api' and actor_type = 'api_key'"
        " and attribution_method = 'api_key_mapping' and attribution_confidence > 0.8"
        " group by all having count(distinct usage_date) > 3 order by all"
    )
    lines = {key: [row for row in tabs["api_key_mapping"] if key in row] for key, _ in mapped}
    key, owner = next(pair for pair in mapped if len(lines[pair[0]]) == 1)
    successor = small.rows(
        "select min(person_email) from marts.dim_people where person_email <> ?"
        " and valid_to_date > ? and valid_from_date < ?",
        owner,
        AS_OF,
        FROM,
    )[0][0]
    (row,) = lines[key]
    row += [""] * (7 - len(row))
    assert row[6] == ""
    row[6] = FROM.isoformat()
    tabs["api_key_mapping"].append([key, row[1], successor, row[3], "", FROM.isoformat(), ""])
    _write(tmp_path / "corrected", tabs)

    chain = small.copy(tmp_path / "chain")
    with serve(SMALL) as server:
        # The same cells as files are the same sheet.
        chain.extract(server, "sheets", SHEETS_CSV_DIR=str(tmp_path / "as-before"))
        assert changed_rows(small.warehouse, chain.warehouse, schemas=("raw_sheets",)) == {}
        chain.extract(server, "sheets", SHEETS_CSV_DIR=str(tmp_path / "corrected"))
    chain.build(run_id="second")

    affected = {(FROM + timedelta(days=n)).isoformat() for n in range(10)}
    ledger = "marts.fct_ai_spend_daily"
    assert changed_days(small.warehouse, chain.warehouse, ledger) == affected
    owners = f"select distinct person_email from {ledger} where actor_id = '{key}' and"
    assert chain.rows(f"{owners} usage_date < date '{FROM}'") == [(owner,)]
    assert chain.rows(f"{owners} {SINCE}") == [(successor,)]
    # Of all other actors no row changed, of no actor any money.
    run = ("pipeline_run_id", "input_version", "loaded_at")
    found = changed_rows(small.warehouse, chain.warehouse, schemas=("marts",), without=run)
    n_rows = {
        name: chain.rows(f"select count(*) from {name} where actor_id = '{key}' and {SINCE}")[0][0]
        for name in (ledger, "marts.fact_claude_daily_usage", "marts.fct_claude_model_daily_usage")
    }
    # Each changed row is one that went and one that came.
    assert {name: found.pop(name) for name in n_rows} == {
        name: 2 * count for name, count in n_rows.items()
    }
    # What changes besides is whom money and usage are shown for, in the marts above the facts.
    above = {name for name in found if name.startswith("marts.mart_")}
    assert set(found) - above <= {"marts.dim_api_keys"}, found
    assert above <= SHOWN_BY_OWNER, above - SHOWN_BY_OWNER
    charged = "select sum(spend_usd) from marts.mart_finance__chargeback"
    assert chain.rows(charged) == small.rows(charged)
    assert totals(chain.warehouse) == totals(small.warehouse)
