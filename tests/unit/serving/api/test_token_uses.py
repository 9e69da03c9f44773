"""Uses of tokens on their way to the audit log: counted, bounded, and never lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from serving.api.audit import DENIED, FAILED, GRANTED, Entry
from serving.api.token_uses import TokenUses, Use


@dataclass
class Log:
    """Keeps what is written, unless it is broken."""

    is_broken: bool = False
    written: list[Entry] = field(default_factory=list)

    def record_all(self, entries: Sequence[Entry]) -> None:
        if self.is_broken and entries:
            raise OSError("no space left")
        self.written += entries

    def told(self) -> list[tuple[str, str, int]]:
        """Return what was written since the last time."""
        found = [(line.actor, line.result, line.count) for line in self.written]
        self.written.clear()
        return found


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uses(log: Log, clock: Clock) -> TokenUses:
    return TokenUses(log, clock)  # type: ignore[arg-type]  # all that it needs of a log


def _note(uses: TokenUses, result: str, n: int = 1, organization: str | None = None) -> None:
    for _ in range(n):
        uses.note(Use("7f", organization, "/api/v1/x", result))


def test_uses_of_a_second_are_one_line_that_counts_them(uses: TokenUses, log: Log) -> None:
    _note(uses, GRANTED, 3)
    _note(uses, GRANTED, 2, organization="north")
    uses.write()
    assert log.told() == [("token:7f", GRANTED, 3), ("token:7f", GRANTED, 2)]
    uses.write()
    assert log.told() == []
    _note(uses, GRANTED)
    uses.write()
    assert log.told() == [("token:7f", GRANTED, 1)]


@pytest.mark.parametrize("result", [DENIED, FAILED])
def test_of_failures_there_is_a_line_a_minute_however_many(
    uses: TokenUses, log: Log, clock: Clock, result: str
) -> None:
    _note(uses, result)
    uses.write()
    assert log.told() == [("token:7f", result, 1)]  # the first is not kept waiting
    for _ in range(59):
        clock.now += 1
        _note(uses, result, 100)
        uses.write()
    assert log.told() == []
    clock.now += 1
    uses.write()
    assert log.told() == [("token:7f", result, 5_900)]
    clock.now += 59.9
    _note(uses, result)
    uses.write()
    assert log.told() == []


def test_failures_of_one_kind_hold_up_no_other(uses: TokenUses, log: Log) -> None:
    _note(uses, DENIED)
    uses.write()
    log.told()
    _note(uses, DENIED)
    _note(uses, DENIED, organization="north")
    _note(uses, FAILED)
    uses.write()
    assert log.told() == [("token:7f", DENIED, 1), ("token:7f", FAILED, 1)]


def test_at_the_end_everything_is_written(uses: TokenUses, log: Log) -> None:
    _note(uses, DENIED)
    uses.write()
    log.told()
    _note(uses, DENIED, 4)
    uses.write(is_last=True)
    assert log.told() == [("token:7f", DENIED, 4)]


def test_what_cannot_be_written_stays_counted(uses: TokenUses, log: Log) -> None:
    log.is_broken = True
    _note(uses, GRANTED, 2)
    _note(uses, DENIED)
    uses.write()
    assert uses.is_broken
    _note(uses, GRANTED)
    uses.write()
    log.is_broken = False
    uses.write()
    assert log.told() == [("token:7f", GRANTED, 3), ("token:7f", DENIED, 1)]


def test_an_organization_that_is_no_name_is_left_out(uses: TokenUses, log: Log) -> None:
    uses.note(Use("7f", "Köln & Co", "/api/v1/x", GRANTED))
    uses.write()
    assert [(line.organization, line.count) for line in log.written] == [(None, 1)]
