"""Rows that break a contract: quarantined with a reason, never lost, never loaded as another type."""

import itertools
import json

import pytest

from tests.integration.extract.harness import Bench
from tests.worlds.answers import event
from tests.worlds.company import DAYS


def test_type_flip_goes_to_quarantine_and_the_rest_loads(filled: Bench) -> None:
    """Naive: a variant column, or a crash that loses the whole day."""
    filled.world.days[DAYS[0]].cursor_daily[0]["totalApplies"] = "seven"
    loaded = filled.load("cursor")
    assert loaded.code == 4
    assert (
        "cursor.daily_usage: 1 rows went to raw_cursor.quarantine because of: totalApplies (1)"
        in loaded.text
    )
    assert "ada@corp.example" not in loaded.text
    (row,) = filled.rows(
        "select resource_name, partition_id, field, reason, payload from raw_cursor.quarantine"
    )
    assert row[:4] == ("daily_usage", str(DAYS[0]), "totalApplies", "expected int64, got text")
    payload = json.loads(row[4])
    assert payload["totalApplies"] == "seven"
    assert "email" not in payload
    assert filled.rows("select count(*) from raw_cursor.daily_usage") == [(5,)]
    assert filled.rows(
        "select n_rows, n_quarantined from raw_cursor.loaded_partitions"
        f" where resource_name = 'daily_usage' and partition_id = '{DAYS[0]}'"
    ) == [(1, 1)]


def test_a_repaired_row_leaves_the_quarantine(filled: Bench) -> None:
    row = filled.world.days[DAYS[0]].cursor_daily[0]
    row["totalApplies"] = "seven"
    filled.load("cursor")
    assert filled.load("cursor").code == 4
    assert filled.rows("select count(*) from raw_cursor.quarantine") == [(1,)]
    row["totalApplies"] = 7
    assert filled.load("cursor").code == 0
    assert filled.rows("select count(*) from raw_cursor.quarantine") == [(0,)]
    assert filled.rows("select count(*) from raw_cursor.daily_usage") == [(6,)]


def test_flip_of_every_row_does_not_erase_what_is_held(filled: Bench) -> None:
    """Naive: 30 good rows are deleted because 30 unreadable ones replace them."""
    for day in DAYS:
        filled.world.days[day].cursor_events = [event(day, n) for n in range(10)]
    filled.load("cursor")
    for day in DAYS:
        for row in filled.world.days[day].cursor_events:
            row["maxMode"] = "no"
    loaded = filled.load("cursor")
    assert loaded.code == 5
    assert "refused to replace 30 rows by 0" in loaded.text
    assert filled.rows("select count(*) from raw_cursor.usage_events") == [(30,)]
    assert filled.rows("select count(*) from raw_cursor.quarantine") == [(30,)]


def test_row_without_a_readable_day_is_quarantined_once(filled: Bench) -> None:
    filled.server.fail("endpoint=cursor.daily_usage kind=missing_field field=day times=1")
    assert filled.load("cursor").code == 4
    assert filled.rows("select partition_id, field from raw_cursor.quarantine") == [
        (str(DAYS[0]), "day")
    ]
    filled.server.fail()
    assert filled.load("cursor").code == 0
    assert filled.rows("select count(*) from raw_cursor.quarantine") == [(0,)]


def test_days_that_may_lack_an_undated_row_are_read_until_none_does(bench: Bench) -> None:
    """Naive: the rows count for the first day, the other days as read: months later nobody asks for them again, nor says so."""
    long_after = {"UNTIL": "2026-08-01", "AS_OF": "2026-08-01"}
    bench.server.fail("endpoint=cursor.daily_usage kind=retyped_field field=day")
    loaded = bench.load("cursor", env=long_after)
    assert loaded.code == 4
    assert "cursor.daily_usage: 6 rows went to raw_cursor.quarantine" in loaded.text
    assert bench.rows("select count(*), min(partition_id) from raw_cursor.quarantine") == [
        (6, str(DAYS[0]))
    ]
    ledger = (
        "select n_rows, n_quarantined from raw_cursor.loaded_partitions"
        f" where resource_name = 'daily_usage' and partition_id <= '{DAYS[-1]}' order by partition_id"
    )
    assert bench.rows(ledger) == [(0, 6)] * 3
    bench.server.fail()
    assert bench.load("cursor", env=long_after).code == 0
    assert bench.rows("select count(*) from raw_cursor.quarantine") == [(0,)]
    assert bench.rows(ledger) == [(2, 0)] * 3
    assert " of 6 tables, 0 partitions changed" in bench.load("cursor", env=long_after).text


def test_unknown_field_is_kept_without_a_new_column(filled: Bench) -> None:
    """Naive: a new column appears, or the field vanishes."""
    before = filled.rows("describe raw_anthropic.usage_report_messages")
    filled.server.fail("endpoint=anthropic.usage_report_messages kind=unknown_field times=1")
    assert filled.load("anthropic").code == 0
    assert filled.rows("describe raw_anthropic.usage_report_messages") == before
    assert filled.rows(
        "select unknown_fields from raw_anthropic.usage_report_messages where unknown_fields is not null"
    ) == [('{"fieldOfTomorrow":"new"}',)]


def test_missing_field_is_null(filled: Bench) -> None:
    """Naive: KeyError; older answers lack inference_geo and service_account_id."""
    for day in filled.world.days.values():
        for row in day.messages:
            del row["inference_geo"], row["service_account_id"], row["server_tool_use"]
    assert filled.load("anthropic").code == 0
    assert filled.rows(
        "select distinct inference_geo, service_account_id, web_search_requests"
        " from raw_anthropic.usage_report_messages"
    ) == [(None, None, None)]


STRUCK = (
    *("cursor.daily_usage", "cursor.usage_events", "anthropic.cost_report"),
    *("anthropic.usage_report_messages", "anthropic.usage_report_claude_code"),
    *("anthropic.api_keys", "cursor.team_members"),
)
ROW_FAULTS = [("type_flip", "null_row"), ("missing_field", "unknown_field")]
"""By turns; at night each of them at each endpoint."""
AT_NIGHT = [pytest.param((kind,), marks=pytest.mark.proofs) for pair in ROW_FAULTS for kind in pair]


@pytest.mark.parametrize("kinds", [*ROW_FAULTS, *AT_NIGHT], ids=" and ".join)
def test_seeded_row_faults_never_lose_a_row(bench: Bench, kinds: tuple[str, ...]) -> None:
    faults = zip(STRUCK, itertools.cycle(kinds), strict=False)
    bench.server.fail(*(f"endpoint={name} kind={kind} times=1 seed=3" for name, kind in faults))
    bench.load("cursor", "anthropic")
    for source in ("cursor", "anthropic"):
        for table, n_read in bench.rows(
            f"select resource_name, max(n_rows_read) from raw_{source}.extract_runs group by 1"
        ):
            (landed,) = bench.rows(f"select count(*) from raw_{source}.{table}")[0]
            (kept,) = bench.rows(
                f"select count(*) from raw_{source}.quarantine where resource_name = '{table}'"
            )[0]
            assert landed + kept == n_read, (source, table)
