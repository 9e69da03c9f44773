"""What claude.ai cost the organisation: whole days by product, or none; and e-mails under either name."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from extract.client.http import ApiError, EnvelopeError
from extract.landing.errors import NotOfferedError, OutOfWindowError, TornError
from tests.unit.extract.assistants import ONE_DAY, read
from tests.unit.extract.vendor import Reply

NAME = "organization_cost_report"


def _bucket(day: str, *results: dict[str, Any], hours: int = 24) -> dict[str, Any]:
    start = dt.datetime.fromisoformat(f"{day}T00:00:00+00:00")
    end = start + dt.timedelta(hours=hours)
    return {
        "starting_at": start.isoformat(),
        "ending_at": end.isoformat(),
        "results": list(results),
    }


def _cost(amount: str, product: str | None = "chat") -> dict[str, Any]:
    return {"amount": amount, "list_amount": amount, "currency": "USD", "product": product}


def _report(*buckets: object, next_page: str | None = None, **more: object) -> Reply:
    return Reply(
        body={"data": list(buckets), "has_more": next_page is not None, "next_page": next_page}
        | more
    )


def test_days_by_product(tmp_path: Path) -> None:
    first, second = _bucket("2026-06-01", _cost("10"), _cost("2.5", None)), _bucket("2026-06-02")
    rows, asked, sink = read([_report(first, second)], NAME, tmp_path)
    assert asked[0].path == "/v1/organizations/analytics/cost_report"
    assert dict(asked[0].query) == {
        "starting_at": "2026-06-01T00:00:00Z", "ending_at": "2026-06-03T00:00:00Z",
        "bucket_width": "1d", "limit": "31", "group_by[]": "product",
    }  # fmt: skip
    assert [(row["usage_date"].day, row["product"], row["amount"]) for row in rows] == [
        (1, "chat", "10"), (1, None, "2.5"),
    ]  # fmt: skip
    # A day without rows is a day without cost, not a day that is unknown.
    assert sink.skipped == set()


def test_half_a_day_is_left_as_it_is(tmp_path: Path) -> None:
    """Naive: take half a day's total for the whole, and the users' rows are above it."""
    buckets = _bucket("2026-06-01", _cost("10")), _bucket("2026-06-02", _cost("1"))
    _, _, sink = read([_report(*buckets, data_refreshed_at="2026-06-02T12:00:00Z")], NAME, tmp_path)
    assert sink.skipped == {dt.date(2026, 6, 2)}


def test_a_day_that_is_not_in_the_answer_is_unknown(tmp_path: Path) -> None:
    _, _, sink = read([_report(_bucket("2026-06-01", _cost("10")))], NAME, tmp_path)
    assert sink.skipped == {dt.date(2026, 6, 2)}


@pytest.mark.parametrize("status", [403, 404])
def test_who_may_not_read_it_is_not_offered_it(tmp_path: Path, status: int) -> None:
    with pytest.raises(NotOfferedError):
        read([Reply(status, {"error": {"message": "no"}})], NAME, tmp_path)


def test_a_refusal_in_the_middle_is_an_error(tmp_path: Path) -> None:
    script = [
        _report(_bucket("2026-06-01", _cost("1")), next_page="p2"),
        Reply(403, {"error": {"message": "no"}}),
    ]
    with pytest.raises(ApiError):
        read(script, NAME, tmp_path)


@pytest.mark.parametrize(
    ("buckets", "error"),
    [
        ([_bucket("2026-06-01"), _bucket("2026-06-01")], TornError),
        ([_bucket("2026-06-03")], OutOfWindowError),
        ([_bucket("2026-06-01", hours=25)], EnvelopeError),
        ([{"results": []}], EnvelopeError),
    ],
    ids=["twice", "outside", "no-day", "no-bounds"],
)
def test_buckets_are_days_of_the_window_and_come_once(
    tmp_path: Path, buckets: list[object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        read([_report(*buckets)], NAME, tmp_path)


@pytest.mark.parametrize("field", ["email", "email_address"])
@pytest.mark.parametrize("name", ["user_cost_report", "user_usage_report"])
def test_the_address_lands_under_either_name(tmp_path: Path, name: str, field: str) -> None:
    """Naive: read `actor.email`, which the vendor does not send any more: nobody has an owner."""
    row = {
        "starting_at": "2026-06-01T00:00:00Z", "amount": "1", "product": "chat",
        "actor": {"type": "user_actor", "user_id": "user_1", field: "ada@corp.example",
                  "deleted": False},
    }  # fmt: skip
    rows, _, _ = read([_report(row)], name, tmp_path)
    addresses = {rows[0]["actor_email"], rows[0]["actor_email_address"]}
    assert addresses == {None, "ada@corp.example"}
    assert "ada@corp.example" not in str(rows[0]["unknown_fields"])


def test_a_row_of_several_users_is_none_of_a_user(tmp_path: Path) -> None:
    """Naive: count what was added up over users beside the users it was added up from."""
    rows, _, sink = read(
        [
            Reply(
                body={
                    "data": [{"user": None, "chat_metrics": {"message_count": 9}}],
                    "next_page": None,
                }
            )
        ],
        "daily_users",
        tmp_path,
        ONE_DAY,
    )
    assert rows == []
    assert sink.n_read == {"daily_users": 1}
