"""Hard rows of Cursor: nulls, ties, negative and half cents, month ends, e-mails in every spelling."""

import datetime as dt

from tests.worlds.hard.rows import FOUNDED, Row, at, table, versions
from tests.worlds.people import ADA, BOB, CAT

DAYS = (
    dt.date(2026, 2, 28),
    dt.date(2026, 3, 31),
    dt.date(2026, 5, 1),
    dt.date(2026, 5, 31),
    dt.date(2026, 6, 1),
    dt.date(2026, 6, 2),
)
EMAILS = ("Ada@Corp.example", f" {BOB} ", "cat+alias@corp.example", "", None)
HARD_CENTS = (
    "0.0000005",  # half of the last decimal of the money type, in dollars
    "-0.0000005",
    "0.00000149999",
    "-12.5",
    "0",
    "33.3333333333",
    "99999999999.99",
    None,
)
LATE = dt.time(23, 59, 59, 999000, tzinfo=dt.UTC)


def daily_usage() -> list[Row]:
    """Return member days: idle, active, unknown counts, the same person twice."""
    rows: list[Row] = []
    for number, day in enumerate(DAYS):
        for place, email in enumerate(EMAILS):
            counts = (number + 1) * (place + 1)
            rows.append(
                {
                    "usage_date": day,
                    "user_id": f"user_{place}" if place else None,
                    "email": email,
                    "is_active": (number + place) % 3 > 0 if place < 4 else None,
                    "total_lines_added": counts * 7 if place != 1 else None,
                    "accepted_lines_added": counts * 5,
                    "total_applies": counts,
                    "total_accepts": counts - 1,
                    "total_tabs_shown": 0 if place == 2 else counts * 3,
                    "total_tabs_accepted": 0,
                    "agent_requests": 9_007_199_254_740_993 if place == 3 else counts,
                    "subscription_included_reqs": counts,
                    "most_used_model": ("gpt-x", "", None)[place % 3],
                    "client_version": "1.10.0",
                }
            )
    return rows


def usage_events() -> list[Row]:
    """Return events: each hard amount on each of two days, with and without an owner."""
    rows: list[Row] = []
    for day in DAYS[2:4]:
        midnight = dt.datetime.combine(day, LATE)
        for position, cents in enumerate(HARD_CENTS):
            email = EMAILS[position % len(EMAILS)]
            rows.append(
                {
                    "usage_date": day,
                    "event_row": position + 1,
                    "timestamp_ms": str(int(midnight.timestamp() * 1000) - position),
                    "user_email": email,
                    "service_account_id": "svc_1" if position % 5 == 4 and position > 5 else None,
                    "model": "claude-opus-4-6" if position % 2 else None,
                    "kind": ("Usage-based", "Included in Business", "Errored, Not Charged", None)[
                        position % 4
                    ],
                    "is_chargeable": (True, False, None)[position % 3],
                    "is_token_based_call": position % 2 == 0,
                    "requests_costs": "0.5",
                    "input_tokens": position * 1000 if position else None,
                    "output_tokens": position,
                    "total_cents": cents,
                    "discount_percent_off": "12.5",
                    "cursor_token_fee": "0.25",
                    "charged_cents": cents,
                }
            )
    return rows


def spend() -> list[Row]:
    """Return cumulative snapshots across a cycle's end, with a step backwards in between."""
    amounts = {
        dt.date(2026, 5, 31): ("100.5", "0.0000005", "7"),
        dt.date(2026, 6, 1): ("150.25", "0.0000015", "3"),
        dt.date(2026, 6, 2): ("10", "0.0000025", None),
        dt.date(2026, 6, 3): ("20.005", "-1", None),
    }
    return [
        {
            "snapshot_date": day,
            "user_id": f"user_{place}",
            "email": EMAILS[place],
            "role": "member",
            "spend_cents": cents,
            "overall_spend_cents": cents,
            "included_spend_cents": "0",
            "fast_premium_requests": place,
            "monthly_limit_dollars": "100" if place else None,
            "subscription_cycle_start_ms": int(at(day.replace(day=1)).timestamp() * 1000),
        }
        for day, three in amounts.items()
        for place, cents in enumerate(three)
    ]


_CHANGED = at(dt.date(2026, 5, 15))
TABLES = {
    "daily_usage": daily_usage(),
    "usage_events": usage_events(),
    # One renamed, one removed, one gone who was never named.
    "team_members": versions(
        table(
            "id email name is_removed _dlt_valid_from _dlt_valid_to",
            ("user_0", ADA, "Ada", False, FOUNDED, _CHANGED),
            ("user_0", "ADA@corp.example", "Ada B.", False, _CHANGED, None),
            ("user_1", BOB, "Bob", True, FOUNDED, None),
            ("user_2", CAT, None, False, FOUNDED, _CHANGED),
            role="member",
        )
    ),
    "spend": spend(),
}
