"""Hard rows of Gemini: qualifiers of 64 bits, categories nobody listed, events without a person."""

import datetime as dt

from tests.bigquery.world.cursor_rows import Row

_FIRST = dt.date(2026, 5, 31)
_LAST = dt.date(2026, 6, 2)


def activity_events() -> list[Row]:
    """Return several events of one activity, odd case, blanks, and instants at the day's edges."""
    return [
        _event(
            _FIRST, 0, "-9223372036854775808", 1, "Ada@Example.example", "docs", "active_generate"
        ),
        _event(_FIRST, 0, "-9223372036854775808", 2, "ada@example.example", "DOCS", "inactive"),
        _event(_FIRST, 86_399, "9223372036854775807", 1, " ", "", "active_conversations"),
        _event(_LAST, 1, "-1", 1, None, None, None),
        _event(_LAST, 1, "0", 1, "bo@example.example", "gmail", "brand_new"),
        _event(_LAST, 2, "7", 1, "stranger@elsewhere.example", "gmail", "Active_Summarize"),
        _event(_LAST, 3, "8", 1, "bo@example.example", "gmail", "active_unspecified"),
        _event(_LAST, 4, "9", 1, "bo@example.example", "gmail", "unknown"),
    ]


def _event(
    day: dt.date,
    second: int,
    qualifier: str,
    number: int,
    email: str | None,
    app: str | None,
    category: str | None,
) -> Row:
    moment = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(seconds=second)
    return {
        "usage_date": day,
        "activity_time": moment,
        "unique_qualifier": qualifier,
        "customer_id": "C0test",
        "application_name": "gemini_in_workspace_apps",
        "event_number": number,
        "caller_type": "USER",
        "actor_email": email,
        "event_type": "ai_usage_event",
        "event_name": "feature_utilization",
        "app_name": app,
        "event_category": category,
    }


TABLES = {"activity_events": activity_events}
