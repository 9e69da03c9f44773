"""Twenty wrong rows of every tab: nothing stops, nothing beside them is lost, each is named by tab, row and column."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.chain import Chain
from tests.e2e.sheets_alone import in_june, load_tabs
from tests.e2e.typed_rows import GOOD, HEADERS, UNREADABLE, WRONG

FIRST_ROW = 2


def _rows(tab: str) -> list[list[str]]:
    wrong = [row.cells for row in WRONG[tab]]
    return [HEADERS[tab].split(), *(cells.split("|") for cells in (*GOOD[tab], *wrong))]


@pytest.fixture(scope="module")
def typed(chain: Chain, empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    own = in_june(chain, tmp_path_factory.mktemp("typed"))
    shutil.copy(empty_warehouse, own.warehouse)
    load_tabs(own, {tab: _rows(tab) for tab in HEADERS}, name="tabs")
    own.build(tested=True)
    return own


def _june(chain: Chain, columns: str, where: str = "true") -> list[tuple[object, ...]]:
    return chain.rows(
        f"select {columns} from marts.fct_ai_spend_daily where usage_date between '2026-06-01' and '2026-06-30'"
        f" and {where} group by all order by all"
    )


@pytest.mark.parametrize("tab", list(HEADERS))
def test_every_wrong_row_is_named(typed: Chain, tab: str) -> None:
    assert len(WRONG[tab]) == 20
    findings = [
        str(finding)
        for (finding,) in typed.rows(
            "select finding from quality.dq_results where check_status in ('warn', 'note', 'fail')"
            " and check_name in ('unreadable_sheet_cell', 'repeated_sheet_row', 'unlisted_platform',"
            " 'unknown_budget_scope')"
        )
    ]
    unnamed: list[tuple[object, ...]] = []
    for number, row in enumerate(WRONG[tab], start=FIRST_ROW + len(GOOD[tab])):
        here = [text for text in findings if text.startswith(f"row {number} of the tab {tab}")]
        if row.check == UNREADABLE:
            named = [text for text in here if "; type " in text]
            unnamed += [
                (number, row.cells, column)
                for column in row.columns
                if not any(f" in the column {column} " in text for text in named)
            ]
            unnamed += [(number, row.cells, "more than", len(named))] * (
                len(named) != len(row.columns)
            )
        elif not here:
            unnamed.append((number, row.cells, row.check))
    assert unnamed == []


def test_the_good_rows_are_not_named(typed: Chain) -> None:
    named = typed.rows("select tab_name, sheet_row from quality.dq_unreadable_sheet_cells")
    good = {(tab, FIRST_ROW + n) for tab, rows in GOOD.items() for n in range(len(rows))}
    assert good & set(named) == set()


def test_no_address_is_shown(typed: Chain) -> None:
    assert (
        typed.rows(
            "select finding from quality.dq_unreadable_sheet_cells"
            " where finding like '%Lovelace%' or finding like '%@one%'"
        )
        == []
    )


def test_seats_beside_them_cost_what_they_say(typed: Chain) -> None:
    # 30 once though typed twice, 60, a credit of 15; Copilot 19 and a slip of the pen 1 are tools of their own.
    assert _june(typed, "vendor, platform, category, sum(spend_usd)") == [
        ("anthropic", "claude_ai", "ai_assistants", Decimal(60)),
        ("cursor", "cursor", "coding_agents", Decimal(15)),
        ("cursr", "cursr", "other", Decimal(1)),
        ("github", "github_copilot", "other", Decimal(19)),
    ]
    assert _june(typed, "person_email, team_name, sum(spend_usd)", "platform = 'cursor'") == [
        ("ada@one.example", "Engines", Decimal(30)),
        (None, None, Decimal(-15)),
    ]


def test_people_invoices_and_budgets_beside_them_count(typed: Chain) -> None:
    assert typed.rows(
        "select person_email, team_name, cost_centre from marts.dim_people order by all"
    ) == [
        ("ada@one.example", "Engines", "c1"),
        ("bob@one.example", "Wheels", "c2"),
        ("c1@one.example", None, None),
    ]
    assert typed.rows(
        "select vendor, reconciliation_status, n_invoices, invoice_usd, ledger_usd"
        " from marts.mart_finance__cost_reconciliation where month_start_date = '2026-06-01'"
        " order by vendor"
    ) == [
        # Nobody has read whether there is use beside the seats.
        ("anthropic", "month_incomplete", 1, Decimal(60), Decimal(60)),
        ("cursor", "month_incomplete", 1, Decimal(15), Decimal(15)),
        ("cursr", "no_invoice", 0, None, Decimal(1)),
        ("github", "no_invoice", 0, None, Decimal(19)),
        ("other", "invoice_unreadable", 10, None, Decimal(0)),
    ]
    assert typed.rows(
        "select budget_scope, budget_scope_value, budget_usd, spend_to_date_usd"
        " from marts.mart_finance__budget_status where month_start_date = '2026-06-01' order by all"
    ) == [
        ("company", "all", Decimal(100), Decimal(95)),
        # Ada's and Bob's tools; the credit is nobody's.
        ("department", "dev", Decimal(200), Decimal(110)),
        ("platform", "claude_ai", Decimal(60), Decimal(60)),
        ("team", "Enginers", Decimal(10), None),
        # Ada's Cursor, Copilot and slip of the pen.
        ("team", "Engines", Decimal(40), Decimal(50)),
    ]


def test_prices_policies_and_retention_beside_them_count(typed: Chain) -> None:
    assert typed.rows(
        "select provider, pricing_model, price_usd_per_million_units from marts.dim_provider_pricing"
        " where price_origin = 'sheet'"
    ) == [("good", "per_token", Decimal(3))]
    assert typed.rows(
        "select organization_id, baseline_provider from intermediate.int_savings__policies"
    ) == [("org-good", "good")]
    assert typed.rows(
        "select organization_id, n_retention_days from intermediate.int_savings__retention"
    ) == [("org-good", 400)]
