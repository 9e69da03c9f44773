from collections.abc import Callable

import pytest

from serving.__main__ import main
from serving.config import Settings, read_settings
from serving.publish import publish
from serving.summary import summarise
from tests.unit.serving.dbt_record import record_build
from warehouse.settings import ConfigError
from warehouse.snapshot import open_current

Change = Callable[[str], None]

SAVINGS = """
create table marts.mart_savings__daily as
select * from (values
    ('org-1', date '2026-06-01', 'claude_code', 9, 5, 3, 1, 40.00, 30.00, -10.00, 2.50, -12.50),
    ('org-2', date '2026-06-02', 'claude_code', 1, 0, 0, 0, null, null, null, 0.00, null),
    ('org-2', date '2026-06-02', 'github_copilot', 1200, 1200, 0, 0, 1.00, 1501.00, 1500.00, 0.00, 1500.00)
) as day (
    organization_id, usage_date, provider, n_tasks, n_compared_tasks, n_overhead_tasks, n_priced_overhead_tasks,
    compared_actual_cost_usd, baseline_cost_usd, gross_savings_usd, overhead_cost_usd, net_savings_usd
)
"""


def _summary(settings: Settings) -> str:
    publish(settings)
    return "\n".join(summarise(open_current(settings.publish_dir)))


def _words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_summary_states_what_people_ask(settings: Settings) -> None:
    text = _summary(settings)
    lines = _words(text)
    assert "SANDBOX DATA" in text
    assert ["cursor", "cursor", "10.50", "0.00", "1.25", "0.00", "11.75"] in lines
    assert ["anthropic", "claude_api", "20.00", "80.00", "0.00", "0.00", "100.00"] in lines
    assert ["all", "30.50", "80.00", "1.25", "0.00", "111.75"] in lines
    # 1 of 2 rows and 80 of 100 dollars have an owner.
    assert "claude_api 50.0 % 80.0 % 20.00 below target" in " ".join(text.split())
    assert "days from 2026-06-02 on" in text
    assert "FAIL  dq_spend_without_owner" in text
    assert "Map the key." in text
    assert "1 of 3 data-quality checks" in text
    # The worst first, in words; what breaks no promise is not shouted about.
    assert "e.g. 80 USD have none and 1 more" in text
    assert "a small day" not in text


def test_summary_states_what_routing_saved(settings: Settings, change: Change) -> None:
    change(SAVINGS)
    text = _summary(settings)
    lines = _words(text)
    assert "SAVINGS IN USD   2026-06-01 to 2026-06-02: 2 organisations" in text
    assert ["claude_code", "10", "5", "40.00", "30.00", "-10.00", "2.50", "-12.50"] in lines
    assert ["all", "1,210", "1,205", "41.00", "1,531.00", "1,490.00", "2.50", "1,487.50"] in lines
    assert "3 others are overhead" in text
    assert "of 2 the price, the units or the baseline is unknown" in text
    assert "! 2 tasks of the overhead have no price" in text


def test_summary_shows_no_savings_where_none_are_known(settings: Settings, change: Change) -> None:
    assert "ROUTING SAVINGS" not in _summary(settings)
    change(SAVINGS)
    change("delete from marts.mart_savings__daily where n_compared_tasks > 0")
    lines = _words(_summary(settings))
    assert ["claude_code", "1", "0", "-", "-", "-", "0.00", "-"] in lines
    change("delete from marts.mart_savings__daily")
    assert "ROUTING SAVINGS" not in _summary(settings)


def test_summary_shows_failed_sources_and_quarantine(settings: Settings) -> None:
    text = _summary(settings)
    assert "FAILED cursor.daily_usage: HTTP 500" in text
    assert "1 rows of cursor.daily_usage broke the contract" in text


def test_summary_of_an_empty_ledger_is_no_error(settings: Settings, change: Change) -> None:
    change("delete from marts.fct_ai_spend_daily")
    assert "the ledger is empty" in _summary(settings)


def test_summary_of_a_run_that_read_nothing_says_so(settings: Settings, change: Change) -> None:
    change("delete from marts.fct_ai_spend_daily; drop schema raw_cursor cascade")
    assert "the ledger is empty; nothing was read" in _summary(settings)


def test_summary_without_the_sheets_claims_no_seats(settings: Settings, change: Change) -> None:
    """Without the tab a seat's fee is unknown, not 0.00, and the total says what it is without."""
    change("delete from marts.fct_ai_spend_daily where spend_basis = 'seat'")
    change(
        "insert into quality.dq_results values ('source_off', 'sheets', date '2026-06-04', 'note',"
        " 'the source sheets has never been read: people, seats, invoices and budgets are in no figure',"
        " 'data engineer', 'Switch it on.')"
    )
    text = _summary(settings)
    assert ["cursor", "cursor", "10.50", "0.00", "-", "0.00", "10.50"] in _words(text)
    assert ["all", "30.50", "80.00", "-", "0.00", "110.50"] in _words(text)
    assert "The seats tab was never read" in text
    assert "NOT READ" in text
    assert "! the source sheets has never been read" in text
    assert "2 have notes" in text


def test_summary_says_which_vendor_was_read_in_part(settings: Settings, change: Change) -> None:
    change(
        "create table marts.mart_finance__read_days as select * from (values"
        " (date '2026-06-01', 'vendor', 'cursor', 1, true), (date '2026-06-02', 'vendor', 'cursor', 1, false),"
        " (date '2026-06-01', 'vendor', 'anthropic', 1, true), (date '2026-06-02', 'vendor', 'anthropic', 1, true)"
        ") as day (usage_date, budget_scope, budget_scope_value, n_sources_needed, is_read)"
    )
    text = _summary(settings)
    assert "! cursor: its money was read on 1 of 2 loaded days" in text
    assert "anthropic: its money" not in text


def test_summary_without_sources_or_findings(settings: Settings, change: Change) -> None:
    change("drop schema raw_cursor cascade; drop table quality.dq_results")
    assert "WORTH A LOOK" not in _summary(settings)


def test_coverage_is_never_rounded_up_to_the_target(settings: Settings, change: Change) -> None:
    change("update marts.fct_ai_spend_daily set spend_usd = 949.99 where actor_id = 'key_1'")
    change(
        "update marts.fct_ai_spend_daily set spend_usd = 50.01 where actor_type = 'unattributed'"
    )
    assert "94.9 %" in _summary(settings)


def test_command_publishes_and_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAREHOUSE", "duckdb")
    monkeypatch.setenv("DUCKDB_PATH", str(settings.duckdb_path))
    monkeypatch.setenv("PUBLISH_DIR", str(settings.publish_dir))
    monkeypatch.setenv("AS_OF", "2026-06-04")
    monkeypatch.setenv("DBT_TARGET_PATH", str(settings.dbt_target_dir))
    assert main(["publish"]) == 6
    assert "passed their tests" in capsys.readouterr().err
    record_build(settings.dbt_target_dir)
    assert main(["publish"]) == 0
    assert "2 tables, 8 rows" in capsys.readouterr().out
    assert main(["publish"]) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert main(["summary"]) == 3, "a check says FAIL"
    assert "2026-06-04 00:00 UTC" in capsys.readouterr().out


def test_command_without_a_warehouse_fails_clearly(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAREHOUSE", "duckdb")
    monkeypatch.setenv("DUCKDB_PATH", str(settings.publish_dir / "none.duckdb"))
    monkeypatch.setenv("PUBLISH_DIR", str(settings.publish_dir))
    assert main(["publish"]) == 1
    assert "nothing has been built yet" in capsys.readouterr().err
    monkeypatch.setenv("AS_OF", "yesterday")
    assert main(["publish"]) == 7
    assert "AS_OF" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"WAREHOUSE": "snowflake"}, "WAREHOUSE"),
        ({"WAREHOUSE": "bigquery"}, "BIGQUERY_PROJECT"),
        ({"AS_OF": "2026-13-01"}, "AS_OF"),
        ({"PUBLISH_KEEP": "0"}, "PUBLISH_KEEP"),
        ({"PUBLISH_KEEP": "many"}, "PUBLISH_KEEP"),
    ],
)
def test_settings_name_the_variable_that_is_wrong(environ: dict[str, str], variable: str) -> None:
    with pytest.raises(ConfigError, match=variable):
        read_settings(environ)


def test_settings_treat_empty_as_unset() -> None:
    assert read_settings({"DUCKDB_PATH": "  "}).duckdb_path.name == "warehouse.duckdb"
