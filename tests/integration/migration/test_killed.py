"""Killed between any two operations, or with SIGKILL while it runs: run again, or rolled back, nothing is lost."""

import datetime as dt
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from migration import phases
from migration.back import WayBack
from migration.config import TOLERANCE
from migration.phases import Migration
from migration.state import PHASES, State
from migration.tables import TABLES
from tests.integration.migration.conftest import House, done
from tests.integration.migration.mortal import Killed, Mortal, find_nothing
from warehouse.connection import open_warehouse
from warehouse.engine import Fingerprint, WarehouseError

ORDER = ("deploy", "validate", "archive", "cutover", "drop")
SOME = tuple(t for t in TABLES if t.name.startswith("dim_"))
"""Enough tables to be killed before the first, between two and after the last."""

At = Callable[[str], House]


@pytest.fixture
def house(few_rows: Path, tmp_path: Path) -> Iterator[House]:
    file = tmp_path / "warehouse.duckdb"
    shutil.copy(few_rows, file)
    house = House(file)
    yield house
    house.release()


def _read(house: House) -> bytes:
    house.release()
    return house.file.read_bytes()


def _write(house: House, content: bytes) -> None:
    house.release()
    house.file.write_bytes(content)


def _run(house: House, phase: str, lives: int | None = None) -> bool:
    """Run a phase; tell whether it came to its end."""
    house.hold()
    with (
        open_warehouse(house.settings(), alone=True) as engine,
        mock.patch.object(phases, "validate_tables", find_nothing),
    ):
        mortal: Any = engine if lives is None else Mortal(engine, lives)
        migration = Migration(mortal, house.settings(), lambda _: None, tables=SOME)
        try:
            if phase == "validate":
                assert migration.validate(TOLERANCE)
            elif phase == "rollback":
                WayBack(migration, "nothing").run()
            else:
                getattr(migration, phase)()
        except Killed:
            return False
    return True


def _level(house: House) -> str:
    with open_warehouse(house.settings()) as engine:
        return PHASES[State(engine, house.settings()).level()]


def _is_as_before(house: House, before: dict[str, Fingerprint]) -> bool:
    return house.fingerprints() == before and set(house.kinds()) == set(before)


@pytest.mark.parametrize("phase", ORDER)
def test_killed_after_some_changes(house: House, phase: str) -> None:
    _kill_once(house, phase, 5)


@pytest.mark.proofs
@pytest.mark.parametrize("phase", ORDER)
def test_killed_after_every_change(house: House, phase: str) -> None:
    _kill_once(house, phase, 1)


def _kill_once(house: House, phase: str, stride: int) -> None:
    """Kill a phase after more and more changes; then finish it, or not, and roll back."""
    before = house.fingerprints()
    for earlier in ORDER[: ORDER.index(phase)]:
        assert _run(house, earlier)
    at_start = _read(house)
    lives = 0
    while True:
        _write(house, at_start)
        if _run(house, phase, lives):
            break
        if lives % 2:
            assert _run(house, phase)
        assert _run(house, "rollback")
        assert _is_as_before(house, before), f"{phase} killed after {lives} changes"
        lives += stride
    assert lives > 0, "the phase changed nothing: the test could not fail"


@pytest.mark.parametrize("phase", ["archive", "cutover", "drop"])
def test_killed_phase_and_killed_rollback_lead_back_and_forward(house: House, phase: str) -> None:
    _kill_twice(house, phase, (13, 17))


@pytest.mark.proofs
@pytest.mark.parametrize("phase", ["archive", "cutover", "drop"])
def test_many_pairs_of_kills_lead_back_and_forward(house: House, phase: str) -> None:
    _kill_twice(house, phase, (2, 3))


def _kill_twice(house: House, phase: str, strides: tuple[int, int]) -> None:
    """Kill a phase, and the rollback after it; then go forward to the end, or back with a third kill."""
    before = house.fingerprints()
    for earlier in ORDER[: ORDER.index(phase)]:
        assert _run(house, earlier)
    at_start = _read(house)
    spent = _changes(house, at_start, phase)
    tried = 0
    for first in range(1, spent + 1, strides[0]):
        for second in range(first % strides[1], 40, strides[1]):
            _write(house, at_start)
            _run(house, phase, first)
            tried += not _run(house, "rollback", second)
            killed = _read(house)
            for later in ORDER[PHASES.index(_level(house)) :]:
                assert _run(house, later), (first, second, later)
            assert _level(house) == "drop"
            assert _run(house, "rollback")
            assert _is_as_before(house, before), (phase, first, second)
            _write(house, killed)
            _run(house, "rollback", second // 2)
            assert _run(house, "rollback")
            assert _is_as_before(house, before), (phase, first, second)
            assert _level(house) == "nothing"
    assert tried > 0, "no rollback was killed: the test could not fail"


def _changes(house: House, at_start: bytes, phase: str) -> int:
    """Return how many changes a phase makes."""
    lives = 0
    while True:
        _write(house, at_start)
        if _run(house, phase, lives):
            return lives
        lives += 4


@pytest.mark.parametrize(
    ("phase", "line"),
    [
        ("archive", "archive: archive_fct_usage_daily"),
        ("cutover", "cutover: raw_anthropic_cost"),
        ("drop", "drop: fct_usage"),
        ("rollback --to nothing", "rollback: fct_usage_daily__before_cutover"),
    ],
)
def test_sigkill_while_it_runs(house_after: At, phase: str, line: str) -> None:
    before = house_after("nothing").fingerprints()
    house = house_after(ORDER[ORDER.index(phase) - 1] if phase in ORDER else "drop")
    process = house.start(*phase.split())
    assert process.stdout is not None
    for said in process.stdout:
        if said.startswith(line):
            process.send_signal(signal.SIGKILL)
            break
    assert process.wait(30) == -signal.SIGKILL
    process.stdout.close()
    code, said = house.run("status")
    assert (code, f"interrupted: {phase.split()[0]}" in said) == (0, True), said
    done(house, phase, "rollback --to nothing")
    assert house.fingerprints() == before


def test_interrupted_drop_goes_on_the_next_day(house_after: At) -> None:
    house = house_after("cutover")
    assert not _run(house, "drop", 4)
    done(house, "drop", day=house.settings().day + dt.timedelta(days=1))
    assert set(house.kinds().values()) == {"view"}


def test_interrupted_rollback_goes_on_to_where_it_was_going(house_after: At) -> None:
    house = house_after("cutover")
    assert not _run(house, "rollback", 3)
    assert house.run("status")[1] == "done: archive; interrupted: rollback\n"
    done(house, "validate")
    assert house.run("status")[1] == "done: archive; interrupted: rollback\n", (
        "nothing is forgotten"
    )
    done(house, "rollback")
    assert house.run("status")[1] == "done: nothing\n"
    assert len(house.fingerprints()) == len(TABLES)


def test_missing_warehouse_says_which(house_after: At) -> None:
    house = house_after("nothing")
    house.release()
    house.file.unlink()
    with pytest.raises(WarehouseError, match="Set DUCKDB_PATH"), open_warehouse(house.settings()):
        pass
