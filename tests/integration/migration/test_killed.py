"""Killed between any two operations, or with SIGKILL while it runs: run again, or rolled back, nothing is lost."""

import datetime as dt
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from migration import phases, validating
from migration.phases import Migration
from migration.tables import TABLES
from tests.integration.migration.conftest import House, done
from warehouse.connection import open_warehouse
from warehouse.engine import Value, Warehouse, WarehouseError

ORDER = ("deploy", "validate", "archive", "cutover", "drop")
SOME = tuple(t for t in TABLES if t.name.startswith("dim_"))
"""Enough tables to be killed before the first, between two and after the last."""

At = Callable[[str], House]


class _Killed(BaseException):
    """What SIGKILL is to a program: nothing after it runs, not even `except Exception`."""


class _Mortal:
    """An engine that ends after some changes."""

    def __init__(self, engine: Warehouse, lives: int) -> None:
        self._engine = engine
        self.lives = lives

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def _spend(self) -> None:
        self.lives -= 1
        if self.lives < 0:
            raise _Killed

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        self._spend()
        return self._engine.run(sql, values)

    def insert(self, schema: str, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self._spend()
        self._engine.insert(schema, table, rows)

    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        self._spend()
        self._engine.copy(source, target)

    def move(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        self._spend()
        self._engine.move(source, target)


def _run(house: House, phase: str, lives: int | None = None) -> bool:
    """Run a phase; tell whether it came to its end."""
    with open_warehouse(house.settings()) as engine:
        mortal: Any = engine if lives is None else _Mortal(engine, lives)
        migration = Migration(mortal, house.settings(), lambda _: None)
        try:
            if phase == "validate":
                assert migration.validate(0.0001)
            elif phase == "rollback":
                migration.rollback("nothing")
            else:
                getattr(migration, phase)()
        except _Killed:
            return False
    return True


@pytest.mark.parametrize(
    ("phase", "then"),
    [(phase, then) for phase in ORDER for then in ("again", "back")] + [("rollback", "again")],
)
def test_killed_after_every_change(
    house_after: At, monkeypatch: pytest.MonkeyPatch, phase: str, then: str
) -> None:
    monkeypatch.setattr(phases, "TABLES", SOME)
    monkeypatch.setattr(validating, "TABLES", SOME)
    before = house_after("nothing").fingerprints()
    last = "drop" if phase == "rollback" else ["nothing", *ORDER][ORDER.index(phase)]
    house = house_after("nothing")
    for earlier in ORDER[: ["nothing", *ORDER].index(last)]:
        assert _run(house, earlier)
    at_start = house.file.read_bytes()
    lives = 0
    while True:
        house.file.write_bytes(at_start)
        if _run(house, phase, lives):
            break
        if then == "again":
            assert _run(house, phase)
        assert _run(house, "rollback")
        assert house.fingerprints() == before, f"{phase} killed after {lives} changes"
        assert set(house.kinds()) == set(before)
        lives += 1
    assert lives > 0, "the phase changed nothing: the test could not fail"


@pytest.mark.parametrize(
    ("phase", "line"),
    [
        ("archive", "archive: archive_fct_usage_daily"),
        ("cutover", "cutover: raw_anthropic_cost"),
        ("drop", "drop: fct_usage"),
    ],
)
def test_sigkill_while_it_runs(house_after: At, phase: str, line: str) -> None:
    before = house_after("nothing").fingerprints()
    house = house_after(ORDER[ORDER.index(phase) - 1])
    process = house.start(phase)
    assert process.stdout is not None
    for said in process.stdout:
        if said.startswith(line):
            process.send_signal(signal.SIGKILL)
            break
    assert process.wait(30) == -signal.SIGKILL
    process.stdout.close()
    code, said = house.run("status")
    assert (code, f"interrupted: {phase}" in said) == (0, True), said
    done(house, phase, "rollback --to nothing")
    assert house.fingerprints() == before


def test_interrupted_drop_goes_on_the_next_day(house_after: At) -> None:
    house = house_after("cutover")
    assert not _run(house, "drop", 4)
    done(house, "drop", day=house.settings().day + dt.timedelta(days=1))
    assert set(house.kinds().values()) == {"view"}


def test_interrupted_rollback_is_finished_before_anything_else(house_after: At) -> None:
    house = house_after("cutover")
    assert not _run(house, "rollback", 3)
    code, said = house.run("validate")
    assert (code, "First: make migrate-rollback" in said) == (1, True), said
    done(house, "rollback --to nothing")
    assert len(house.fingerprints()) == len(TABLES)


def test_missing_warehouse_says_which(house_after: At) -> None:
    house = house_after("nothing")
    house.file.unlink()
    with pytest.raises(WarehouseError, match="Set DUCKDB_PATH"), open_warehouse(house.settings()):
        pass
