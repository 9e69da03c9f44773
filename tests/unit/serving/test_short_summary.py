"""What a run ends with fits on a screen, and says the worst first."""

from collections.abc import Callable

from serving.config import Settings
from serving.every_finding import every_finding
from serving.publish import publish
from serving.short_summary import in_short
from serving.summary import has_failures, summarise
from warehouse.snapshot import open_current

Change = Callable[[str], None]


def lines(settings: Settings) -> list[str]:
    publish(settings)
    return in_short(open_current(settings.publish_dir))


def test_it_says_what_it_cost_what_is_wrong_and_where_to_look(settings: Settings) -> None:
    said = lines(settings)
    text = "\n".join(said)
    assert "SANDBOX DATA" in said[1]
    assert ["all", "30.50", "80.00", "1.25", "0.00", "111.75"] in [line.split() for line in said]
    assert "! FAILED cursor.daily_usage: HTTP 500" in text
    assert "! 1 rows of cursor.daily_usage were kept out: see raw_cursor.quarantine" in text
    assert "below 95%: claude_api" in text
    assert "1 of 3 data-quality checks FAIL, 0 want a look" in text
    assert "FAIL dq_spend_without_owner (finance): 80 USD have none and 1 more" in text
    assert "Map the key." in text
    assert "python -m serving summary --tables" in text
    # What is fine is not there, and the same snapshot says the same in the tables.
    assert "cursor.daily_usage  " not in text
    assert "111.75" in "\n".join(summarise(open_current(settings.publish_dir)))
    assert has_failures(open_current(settings.publish_dir))


def test_it_stays_short_however_much_is_wrong(settings: Settings, change: Change) -> None:
    change(
        "insert into quality.dq_results select 'check_' || n, 'all', date '2026-06-01',"
        " if(n % 2 = 0, 'fail', 'warn'), repeat('a long finding ', 40), 'finance', 'Do it.'"
        " from range(60) as one (n)"
    )
    change(
        "insert into raw_cursor.extract_runs select 'run_3', 'table_' || n,"
        " timestamptz '2026-06-04 05:00:00+00', 'failed', repeat('HTTP 500 ', 30) from range(40) as one (n)"
    )
    said = lines(settings)
    assert len(said) <= 45
    # The folder of a test has a long name.
    folder = f"{settings.publish_dir}"
    assert max(len(line.replace(folder, "")) for line in said) <= 130
    text = "\n".join(said)
    assert "and 27 more that FAIL" in text
    assert "and 24 more to look at" in text


def test_without_findings_and_sources_it_still_says_what_there_is(
    settings: Settings, change: Change
) -> None:
    change("drop schema raw_cursor cascade; drop table quality.dq_results")
    text = "\n".join(lines(settings))
    assert "LOADED   0 rows in 0 tables: nothing" in text
    assert "WHAT IS WRONG" not in text
    assert not has_failures(open_current(settings.publish_dir))


def test_every_finding_is_said_in_full(settings: Settings, change: Change) -> None:
    change(
        "insert into quality.dq_results values"
        " ('cells', 'a', date '2026-06-04', 'warn', 'row 2 of the tab seats', 'sheet owner', 'Type it.'),"
        " ('cells', 'b', date '2026-06-04', 'warn', 'row 3 of the tab seats', 'sheet owner', 'Type it.'),"
        " ('hint', 'a', date '2026-06-04', 'note', 'a tool of another name', 'data owner', null)"
    )
    publish(settings)
    snapshot = open_current(settings.publish_dir)
    said = every_finding(snapshot, "")
    assert "  fail  2026-06-02  80 USD have none" in said
    assert said[-4:] == [
        "cells   owner: sheet owner",
        "  warn  2026-06-04  row 2 of the tab seats",
        "  warn  2026-06-04  row 3 of the tab seats",
        "  what to do: Type it.",
    ]
    assert every_finding(snapshot, "hint")[-1] == "  note  2026-06-04  a tool of another name"
    (nothing,) = every_finding(snapshot, "cell")
    assert nothing.endswith(
        "no finding of cell; checks that have some: cells, dq_one_day, dq_spend_without_owner, hint"
    )
