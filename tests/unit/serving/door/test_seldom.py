"""Nobody fills the disk with lines of a log."""

import logging

from serving.door.seldom import SECONDS_BETWEEN, Seldom


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_line_of_a_kind_comes_once_a_minute_and_says_how_many_did_not() -> None:
    clock, said = _Clock(), []
    seldom = Seldom(clock)
    for clock.now, words in (
        *[(0.5, "no HTTP from %s")] * 1_000,
        (1.0, "another"),
        (0.5 + SECONDS_BETWEEN, "no HTTP from %s"),
    ):
        record = logging.LogRecord("a", logging.WARNING, "", 0, words, ("x",) if "%" in words else (), None)  # fmt: skip
        if seldom.filter(record):
            said.append(record.getMessage())
    assert said == [
        "no HTTP from x",
        "another",
        "no HTTP from x (999 more of this kind were not written)",
    ]
