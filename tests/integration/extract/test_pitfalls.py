"""Pitfalls of the vendors' APIs, each with what a naive loader would do with it."""

from tests.integration.extract.harness import Bench
from tests.worlds.answers import code_record, cost_row, event, usage_row
from tests.worlds.company import DAYS


def test_pitfall_02_amounts_keep_their_own_unit(filled: Bench) -> None:
    """Naive: one "amount" converter for a cents string, a cents number and cents floats."""
    day = filled.world.days[DAYS[0]]
    day.costs = [cost_row("1040.2511")]
    day.claude_code = [code_record(DAYS[0])]
    day.cursor_events = [event(DAYS[0], 1, chargedCents=3.34)]
    filled.load("cursor", "anthropic")
    where = f"where usage_date = '{DAYS[0]}'"
    assert filled.rows(f"select amount from raw_anthropic.cost_report {where}") == [("1040.2511",)]
    assert filled.rows(
        "select distinct estimated_cost_amount, estimated_cost_currency"
        f" from raw_anthropic.usage_report_claude_code_models {where}"
    ) == [("15", "USD")]
    assert filled.rows(f"select charged_cents from raw_cursor.usage_events {where}") == [("3.34",)]


def test_pitfall_04_06_08_event_money_lands_field_by_field(filled: Bench) -> None:
    """Naive: read requestsCosts as money, add the fee again, or drop isChargeable = false."""
    filled.world.days[DAYS[0]].cursor_events = [event(DAYS[0], 1, isChargeable=False)]
    filled.load("cursor")
    assert filled.rows(
        "select is_chargeable, requests_costs, cursor_token_fee, charged_cents, total_cents"
        f" from raw_cursor.usage_events where usage_date = '{DAYS[0]}'"
    ) == [(False, "1.4", "1.3", "3.34", "2.04")]


def test_pitfall_07_09_spend_is_a_snapshot_with_its_cycle(filled: Bench) -> None:
    """Naive: keep one total, so neither the cycle nor the two meanings can be told apart."""
    assert filled.rows(
        "select snapshot_date, spend_cents, overall_spend_cents, included_spend_cents,"
        " subscription_cycle_start_ms from raw_cursor.spend"
    ) == [(filled.world.as_of, "812.5", "2812.5", None, 1780272000000)]


def test_pitfall_10_the_claude_code_estimate_stays_apart_from_the_bill(filled: Bench) -> None:
    """Naive: one cost table, where the estimate is added to the bill it is part of."""
    columns = {row[0] for row in filled.rows("describe raw_anthropic.cost_report")}
    assert not {name for name in columns if "estimated" in name}


def test_pitfall_11_null_workspace_is_the_default_workspace(filled: Bench) -> None:
    """Naive: drop rows without workspace, or load the ungrouped total beside them."""
    assert filled.rows(
        "select workspace_id, count(*) from raw_anthropic.cost_report group by 1 order by 1 nulls first"
    ) == [(None, 3), ("wrkspc_1", 3)]


def test_pitfall_17_rows_that_differ_in_one_dimension_all_stay(filled: Bench) -> None:
    """Naive: merge on (date, workspace, description) and collapse four rows to one."""
    changes = [
        {},
        {"service_tier": "batch"},
        {"context_window": "200k-1M"},
        {"inference_geo": "us"},
    ]
    filled.world.days[DAYS[0]].messages = [usage_row(**change) for change in changes]
    filled.world.days[DAYS[0]].costs = [cost_row(**change) for change in changes]
    filled.load("anthropic")
    for table in ("usage_report_messages", "cost_report"):
        assert filled.rows(
            f"select count(*) from raw_anthropic.{table} where usage_date = '{DAYS[0]}'"
        ) == [(4,)]


def test_pitfall_20_records_of_one_person_and_day_stay_apart(filled: Bench) -> None:
    """Naive: upsert on (day, e-mail), or repeat the sessions on every model row."""
    filled.world.days[DAYS[0]].claude_code = [
        code_record(DAYS[0]),
        code_record(DAYS[0], terminal_type="tmux"),
        code_record(DAYS[0], is_remote=True),
        code_record(DAYS[0], customer_type="subscription", subscription_type="team"),
        code_record(DAYS[0]),
    ]
    filled.load("anthropic")
    where = f"where usage_date = '{DAYS[0]}'"
    report = "raw_anthropic.usage_report_claude_code"
    assert filled.rows(
        f"select count(distinct record_id), sum(num_sessions) from {report} {where}"
    ) == [(5, 15)]
    assert filled.rows(
        f"select count(*), count(distinct record_id) from {report}_models {where}"
    ) == [(10, 5)]


def test_pitfall_21_actors_are_told_apart(filled: Bench) -> None:
    """Naive: read `actor.email`, so nobody is anybody; keys of one name are one key."""
    actor = {"type": "api_actor", "api_key_name": "ci"}
    filled.world.days[DAYS[0]].claude_code = [
        code_record(DAYS[0]),
        code_record(DAYS[0], actor=actor),
        code_record(DAYS[0], actor=actor),
    ]
    filled.load("anthropic")
    assert filled.rows(
        "select actor_type, actor_email_address, actor_api_key_name"
        f" from raw_anthropic.usage_report_claude_code where usage_date = '{DAYS[0]}' order by all"
    ) == [
        ("api_actor", None, "ci"),
        ("api_actor", None, "ci"),
        ("user_actor", "ada@corp.example", None),
    ]


def test_pitfall_25_a_revised_event_replaces_itself(filled: Bench) -> None:
    """Naive: a hash with the charge in it is a new key; (user, timestamp) collides."""
    same = [event(DAYS[0], 1, model=model) for model in ("a", "b")]
    filled.world.days[DAYS[0]].cursor_events = same
    filled.load("cursor")
    same[0]["chargedCents"] = 9.99
    filled.load("cursor")
    assert filled.rows(
        "select model, charged_cents from raw_cursor.usage_events"
        f" where usage_date = '{DAYS[0]}' order by 1"
    ) == [("a", "9.99"), ("b", "3.34")]


def test_pitfall_36_emails_land_as_written_and_rows_without_one_stay(filled: Bench) -> None:
    """Naive: an inner join or a filter on the e-mail loses the service accounts' money."""
    robot = event(DAYS[0], 2, serviceAccountId="sa_1", serviceAccountName="bot")
    del robot["userEmail"]
    filled.world.days[DAYS[0]].cursor_events = [event(DAYS[0], 1, "Ada@Corp.example"), robot]
    filled.load("cursor")
    assert filled.rows(
        "select user_email, service_account_id from raw_cursor.usage_events"
        f" where usage_date = '{DAYS[0]}' order by 1 nulls last"
    ) == [("Ada@Corp.example", None), (None, "sa_1")]


def test_pitfall_37_all_pages_are_read(filled: Bench) -> None:
    """Naive: the first page: 20 records, 100 events, 7 buckets."""
    filled.world.days[DAYS[0]].cursor_events = [event(DAYS[0], n) for n in range(1203)]
    filled.world.days[DAYS[0]].claude_code = [
        code_record(DAYS[0], f"p{n}@corp.example") for n in range(1101)
    ]
    assert filled.load("cursor", "anthropic").code == 0
    assert filled.rows("select count(*) from raw_cursor.usage_events") == [(1203 + 4,)]
    assert filled.rows("select count(*) from raw_anthropic.usage_report_claude_code") == [
        (1101 + 4,)
    ]


def test_pitfall_46_events_at_the_edges_of_a_day_are_counted_once(filled: Bench) -> None:
    """Naive: windows that share a bound load midnight twice; open ones lose 23:59:59.999."""
    for day in DAYS:
        filled.world.days[day].cursor_events = [event(day, 0), event(day, 86_399.999)]
    filled.load("cursor")
    filled.load("cursor")
    assert filled.rows(
        "select usage_date, count(*) from raw_cursor.usage_events group by 1 order by 1"
    ) == [(day, 2) for day in DAYS]


def test_pitfall_50_a_failed_day_is_not_recorded_as_loaded(bench: Bench) -> None:
    """Naive: break on the error, mark the window as loaded and never come back."""
    bench.server.fail("endpoint=anthropic.usage_report_claude_code kind=http_403 after=1")
    loaded = bench.load("anthropic")
    assert loaded.code == 5
    assert "usage_report_claude_code" in loaded.text
    # The day that was complete is kept, the others are neither loaded nor recorded.
    assert bench.rows("select distinct usage_date from raw_anthropic.usage_report_claude_code") == [
        (DAYS[0],)
    ]
    assert bench.rows(
        "select partition_id from raw_anthropic.loaded_partitions"
        " where resource_name = 'usage_report_claude_code'"
    ) == [(str(DAYS[0]),)]
    bench.server.fail()
    assert bench.load("anthropic").code == 0
    assert bench.rows("select count(*) from raw_anthropic.usage_report_claude_code") == [(6,)]


def test_pitfall_66_mapping_rows_land_with_their_validity(filled: Bench) -> None:
    """Naive: keep the last mapping of a key, so a key's past moves to its new owner."""
    header = filled.world.sheets["api_key_mapping"][0]
    filled.world.sheets["api_key_mapping"] = [
        header,
        ["apikey_01", "", "ada@corp.example", "", "", "2026-01-01", "2026-06-02"],
        ["apikey_01", "", "bob@corp.example", "", "", "2026-06-02", ""],
    ]
    filled.load("sheets")
    assert filled.rows(
        "select owner_email, valid_from, valid_to from raw_sheets.api_key_mapping order by sheet_row"
    ) == [("ada@corp.example", "2026-01-01", "2026-06-02"), ("bob@corp.example", "2026-06-02", "")]
