"""A vendor that sends too much, no end, or half of a character: each costs its own list or row, in words that say what to do."""

from tests.integration.extract.harness import Bench


def test_a_vendor_can_stop_no_more_than_what_it_spoils(bench: Bench) -> None:
    """Naive: memory fills, pages are read for ever, and one cut emoji makes the whole answer no JSON, on every run."""
    bench.server.fail(
        "endpoint=cursor.usage_events kind=endless_list",
        "endpoint=cursor.daily_usage kind=packed_bomb",
        "endpoint=cursor.team_members kind=half_character",
    )
    loaded = bench.load("cursor", env={"LIMIT_PAGES": "7", "LIMIT_ANSWER_MB": "1"})
    assert loaded.code == 5
    for part in (
        "Cursor: POST /teams/filtered-usage-events: the list has more than 7 pages, which is the limit. If that is right, set"
        " LIMIT_PAGES higher",
        "Cursor: POST /teams/daily-usage-data: the answer has more than 1 MB, which is the limit. If that is right, set"
        " LIMIT_ANSWER_MB higher",
        "cursor.team_members: 1 rows went to raw_cursor.quarantine because of",
    ):
        assert part in loaded.text, part
    assert bench.rows("select count(*) > 0 from raw_cursor.team_members") == [(True,)]
    assert bench.rows("select reason from raw_cursor.quarantine") == [
        ("expected text, got half a character or a NUL",)
    ]
