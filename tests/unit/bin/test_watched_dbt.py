"""While dbt builds, it says how far it is, and only what failed in full."""

import json

from tests.bin_programs import program

WATCHED = program("watched_dbt")


def event(name: str, level: str = "info", msg: str = "", **data: object) -> str:
    return json.dumps({"info": {"name": name, "level": level, "msg": msg}, "data": data}) + "\n"


def heard(lines: list[tuple[float, str]], between: float = 10) -> list[str]:
    watched = WATCHED.Watched(between, 0.0)
    said = [text for now, line in lines for text in watched.hear(line, now)]
    return [*said, watched.ended(0, 100.0)]


def test_progress_is_said_at_once_and_then_every_few_seconds() -> None:
    lines = [(3.0 + n, event("LogModelResult", index=n + 1, total=40)) for n in range(24)]
    assert heard([(1.0, event("FoundStats")), *lines]) == [
        "build: 1 of 40 models and tests, 3 s",
        "build: 11 of 40 models and tests, 13 s",
        "build: 21 of 40 models and tests, 23 s",
        "build: 40 models and tests in 100 s (logs/dbt.log)",
    ]


def test_warnings_are_counted_and_failures_shown() -> None:
    warning = event("LogTestResult", "warn", "12 of 40 WARN 954 some_test", total=40)
    failure = event(
        "LogTestResult", "error", "\\u001b[31m13 of 40 FAIL 2 other\\u001b[0m", total=40
    )
    said = heard([(1, warning), (2, failure), (3, event("RunResultWarning", "warn", "WARN 954"))])
    assert not any("954" in line for line in said)
    assert sum("13 of 40 FAIL 2 other" in line for line in said) == 1
    assert said[-1] == "build: 40 models and tests in 100 s, 1 of them warn (logs/dbt.log)"


def test_what_is_no_event_is_passed_on() -> None:
    assert heard([(1, "Usage: dbt build\n"), (2, "\n"), (3, "17\n")])[:2] == [
        "Usage: dbt build",
        "17",
    ]
