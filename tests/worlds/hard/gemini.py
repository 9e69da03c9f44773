"""Hard rows of Gemini: qualifiers of 64 bits, categories nobody listed, events without a person."""

import datetime as dt

from tests.worlds.hard.rows import table, timed
from tests.worlds.people import ADA, BOB

_FIRST, _LAST = dt.date(2026, 5, 31), dt.date(2026, 6, 2)

# Several events of one activity, odd case, blanks, and instants at the day's edges.
_EVENTS = table(
    "usage_date activity_time unique_qualifier event_number actor_email app_name event_category",
    (_FIRST, 0, "-9223372036854775808", 1, "Ada@Corp.example", "docs", "active_generate"),
    (_FIRST, 0, "-9223372036854775808", 2, ADA, "DOCS", "inactive"),
    (_FIRST, 86_399, "9223372036854775807", 1, " ", "", "active_conversations"),
    (_LAST, 1, "-1", 1, None, None, None),
    (_LAST, 1, "0", 1, BOB, "gmail", "brand_new"),
    (_LAST, 2, "7", 1, "stranger@elsewhere.example", "gmail", "Active_Summarize"),
    (_LAST, 3, "8", 1, BOB, "gmail", "active_unspecified"),
    (_LAST, 4, "9", 1, BOB, "gmail", "unknown"),
    customer_id="C0test",
    application_name="gemini_in_workspace_apps",
    caller_type="USER",
    event_type="ai_usage_event",
    event_name="feature_utilization",
)

TABLES = {"activity_events": timed(_EVENTS, "activity_time")}
