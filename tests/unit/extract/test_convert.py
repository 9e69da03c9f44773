"""Contracts at work: types, missing and unknown fields, quarantine, privacy."""

import datetime as dt
import json
from typing import Any

import pytest

from extract.landing.contracts import Column, Kind, Mode, Table
from extract.landing.convert import convert
from extract.sources.anthropic.tables import CLAUDE_CODE, COST_REPORT, USAGE_REPORT_MESSAGES
from extract.sources.cursor.tables import DAILY_USAGE, USAGE_EVENTS


def _table(kind: Kind, **options: Any) -> Table:
    return Table("things", Mode.SCD2, (Column("value", kind, "value", **options),))


def _one(kind: Kind, value: object) -> object:
    batch = convert(_table(kind), [{"value": value}])
    assert not batch.rejects, batch.rejects
    return batch.table.column("value")[0].as_py()


@pytest.mark.parametrize(
    ("kind", "value", "landed"),
    [
        (Kind.INT, 5, 5),
        (Kind.INT, 5.0, 5),
        (Kind.INT, None, None),
        (Kind.ID, 17, "17"),
        (Kind.ID, 17.0, "17"),
        (Kind.ID, "user_01", "user_01"),
        (Kind.STRING, "", ""),
        (Kind.STRING, " Ada ", " Ada "),
        (Kind.DECIMAL, "83391.52823", "83391.52823"),
        (Kind.DECIMAL, "0", "0"),
        (Kind.DECIMAL, 0, "0"),
        (Kind.DECIMAL, 3.34, "3.34"),
        (Kind.DECIMAL, 1e-07, "0.0000001"),
        (Kind.DECIMAL, "1E-9", "0.000000001"),
        (Kind.DECIMAL, -12.5, "-12.5"),
        (Kind.DECIMAL, 10**12 - 1, "999999999999"),
        (Kind.DECIMAL, "9.99e11", "999000000000"),
        (Kind.DECIMAL, 0.1 + 0.2, "0.30000000000000004"),
        (Kind.BOOL, False, False),
        (Kind.DATE, "2026-06-01", dt.date(2026, 6, 1)),
        (Kind.TIMESTAMP, "2026-06-01T02:00:00+02:00", dt.datetime(2026, 6, 1, tzinfo=dt.UTC)),
        (Kind.JSON, {"b": 1, "a": [2]}, '{"a":[2],"b":1}'),
        (Kind.MS, "1780300800123", "1780300800123"),
        (Kind.MS_DATE, "1780271999999", dt.date(2026, 5, 31)),
        (Kind.MS_DATE, "1780272000000", dt.date(2026, 6, 1)),
    ],
)
def test_value_lands_as_promised(kind: Kind, value: object, landed: object) -> None:
    assert _one(kind, value) == landed


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (Kind.INT, "5", "expected int64, got text"),
        (Kind.INT, True, "expected int64, got boolean"),
        (Kind.INT, 5.5, "expected int64, got number"),
        (Kind.INT, 2**63, "expected a number below 10^15"),
        (Kind.INT, 10**15, "expected a number below 10^15"),
        (Kind.INT, -1, "expected a number that is not negative"),
        (Kind.DECIMAL, 10**12, "expected a decimal"),
        (Kind.DECIMAL, -1e12, "expected a decimal"),
        (Kind.DECIMAL, "1e12", "expected a decimal"),
        (Kind.DECIMAL, "1234567890123.5", "expected a decimal"),
        (Kind.INT, {}, "got object"),
        (Kind.ID, True, "expected an id"),
        (Kind.ID, 1.5, "expected an id"),
        (Kind.STRING, 5, "expected text, got integer"),
        (Kind.DECIMAL, True, "expected a decimal, got boolean"),
        (Kind.DECIMAL, "12 USD", "expected a decimal"),
        (Kind.DECIMAL, "٣٤", "expected a decimal, got other text"),
        (Kind.DECIMAL, "NaN", "finite"),
        (Kind.DECIMAL, "1e999", "finite"),
        (Kind.BOOL, 1, "expected boolean, got integer"),
        (Kind.BOOL, "true", "expected boolean, got text"),
        (Kind.DATE, "2026-06-31", "expected a day"),
        (Kind.DATE, 20260601, "expected a day like 2026-06-01, got integer"),
        (Kind.TIMESTAMP, "2026-06-01T00:00:00", "without a zone"),
        (Kind.TIMESTAMP, 1780272000, "expected an RFC 3339"),
        (Kind.MS, "2026-06-01", "expected epoch milliseconds"),
        (Kind.MS_DATE, "٣٤", "expected epoch milliseconds"),
    ],
)
def test_value_of_another_type_sends_the_row_to_quarantine(
    kind: Kind, value: object, words: str
) -> None:
    batch = convert(_table(kind), [{"value": value}])
    assert batch.table.num_rows == 0
    (reject,) = batch.rejects
    assert reject.field == "value"
    assert words in reject.reason


def test_only_the_bad_row_goes() -> None:
    batch = convert(_table(Kind.INT), [{"value": 1}, {"value": "x"}, {"value": 3}])
    assert batch.table.column("value").to_pylist() == [1, 3]
    assert [reject.index for reject in batch.rejects] == [1]


def test_missing_field_is_null_and_missing_required_is_refused() -> None:
    assert convert(_table(Kind.INT), [{}]).table.column("value").to_pylist() == [None]
    (reject,) = convert(_table(Kind.INT, required=True), [{}]).rejects
    assert reject.reason == "required field is missing"


@pytest.mark.parametrize("row", [None, "text", [1], 5])
def test_row_that_is_no_object_is_refused(row: object) -> None:
    (reject,) = convert(_table(Kind.INT), [row]).rejects
    assert reject.reason.startswith("expected an object")


def test_unknown_fields_are_kept_nested_ones_with_their_path() -> None:
    row = {
        "value": 1,
        "new": {"deep": [1]},
        "email": "ada@corp.example",
        "note": "ask bob@corp.example",
    }
    found = convert(_table(Kind.INT), [row]).table.column("unknown_fields")[0].as_py()
    assert json.loads(found) == {"new": {"deep": [1]}, "note": "ask [e-mail]"}
    record = {
        "record_id": "r",
        "tool_actions": {"edit_tool": {"accepted": 1, "undone": 4}, "rm_tool": {}},
    }
    given = {"usage_date": dt.date(2026, 6, 1)}
    found = convert(CLAUDE_CODE, [record], given).table.column("unknown_fields")[0].as_py()
    assert json.loads(found) == {"tool_actions.edit_tool.undone": 4, "tool_actions.rm_tool": {}}


def test_no_unknown_field_is_null() -> None:
    assert convert(_table(Kind.INT), [{"value": 1}]).table.column("unknown_fields").to_pylist() == [
        None
    ]


def test_quarantined_payload_holds_no_personal_field() -> None:
    row = {"day": "2026-06-01", "email": "ada@corp.example", "isActive": "yes", "userId": "user_01",
           "profilePictureUrl": "https://corp.example/a.png", "note": "ada@corp.example"}  # fmt: skip
    (reject,) = convert(DAILY_USAGE, [row]).rejects
    assert json.loads(reject.payload) == {
        "day": "2026-06-01", "isActive": "yes", "userId": "user_01", "note": "[e-mail]",
    }  # fmt: skip
    assert reject.day == dt.date(2026, 6, 1)
    assert "ada" not in reject.reason


def test_quarantined_payload_drops_nested_personal_fields() -> None:
    record = {"record_id": "r", "actor": {"type": 5, "email_address": "ada@corp.example"}}
    (reject,) = convert(CLAUDE_CODE, [record], {"usage_date": dt.date(2026, 6, 1)}).rejects
    assert reject.field == "actor.type"
    assert json.loads(reject.payload) == {"record_id": "r", "actor": {"type": 5}}


def test_pitfall_16_cache_creation_is_nested() -> None:
    """Naive: read `cache_creation_input_tokens` at the top, so cache writes become 0."""
    row = {"cache_creation": {"ephemeral_5m_input_tokens": 900, "ephemeral_1h_input_tokens": 4}}
    now = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    given = {"usage_date": now.date(), "starting_at": now, "ending_at": now + dt.timedelta(1)}
    landed = convert(USAGE_REPORT_MESSAGES, [row], given).table.to_pylist()[0]
    assert landed["cache_creation_ephemeral_5m_input_tokens"] == 900
    assert landed["cache_creation_ephemeral_1h_input_tokens"] == 4


def test_pitfall_01_and_03_cost_amount_keeps_every_digit_as_text() -> None:
    """Naive: float("0.12345678901234567") loses digits, and dollars are assumed."""
    now = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    given = {"usage_date": now.date(), "starting_at": now, "ending_at": now + dt.timedelta(1)}
    amount = "83391.528230000000000001"
    landed = convert(COST_REPORT, [{"amount": amount}], given).table
    assert landed.column("amount").to_pylist() == [amount]


def test_pitfall_05_reported_zero_is_zero_and_absent_usage_is_null() -> None:
    """Naive: `value or None` turns an included request (0) into an unknown one."""
    rows = [
        {"timestamp": "1780300800123", "chargedCents": 0, "tokenUsage": {"totalCents": 0}},
        {"timestamp": "1780300800124"},
    ]
    landed = convert(USAGE_EVENTS, rows).table
    assert landed.column("charged_cents").to_pylist() == ["0", None]
    assert landed.column("total_cents").to_pylist() == ["0", None]
    assert landed.column("input_tokens").to_pylist() == [None, None]


def test_pitfall_22_user_id_is_text_whatever_the_vendor_sends() -> None:
    """Naive: a number column that breaks, or a variant column, when `user_…` arrives."""
    rows = [{"day": "2026-06-01", "userId": 51}, {"day": "2026-06-01", "userId": "user_51"}]
    assert convert(DAILY_USAGE, rows).table.column("user_id").to_pylist() == ["51", "user_51"]


def test_pitfall_24_empty_null_and_absent_are_told_apart() -> None:
    """Naive: the three spellings of "unknown" are mixed, and "" is lost."""
    rows = [
        {"day": "2026-06-01", "clientVersion": ""},
        {"day": "2026-06-01", "clientVersion": None},
        {"day": "2026-06-01"},
    ]
    assert convert(DAILY_USAGE, rows).table.column("client_version").to_pylist() == ["", None, None]


def test_pitfall_26_event_timestamp_is_text_of_milliseconds() -> None:
    """Naive: read seconds, which puts every event into the year 58000."""
    landed = convert(USAGE_EVENTS, [{"timestamp": "1780300800123"}]).table
    assert landed.column("usage_date").to_pylist() == [dt.date(2026, 6, 1)]
    assert landed.column("timestamp_ms").to_pylist() == ["1780300800123"]


def test_nested_object_of_another_type_is_refused() -> None:
    (reject,) = convert(
        USAGE_EVENTS, [{"timestamp": "1780300800123", "tokenUsage": "none"}]
    ).rejects
    assert (reject.field, reject.reason) == ("tokenUsage", "expected an object, got text")


def test_pitfall_23_day_not_date_is_the_key() -> None:
    """Naive: key on `date`, which carries the request's time, and get new rows on every run."""
    first, second = (
        convert(DAILY_USAGE, [{"day": "2026-06-01", "date": date}]).table.to_pylist()
        for date in (1780338388288, 1780272000000)
    )
    assert first == second
    assert first[0]["usage_date"] == dt.date(2026, 6, 1)
    assert first[0]["unknown_fields"] is None
