"""Random walks over the migration: whatever is run, repeated, killed, taken back or changed by somebody else in between,
no row of the old tables is lost, and from every state commands lead forward and back.

The comparison is replaced by one that finds nothing, for it has tests of its own and takes most of the time.
"""

import contextlib
import datetime as dt
import io
import os
import random
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from migration import __main__ as program
from migration import phases
from migration.config import Settings
from migration.state import PHASES
from migration.tables import TABLES, OldTable
from tests.integration.migration.conftest import House
from tests.integration.migration.mortal import Killed, Mortal, find_nothing
from warehouse.connection import open_warehouse
from warehouse.exit_codes import Exit

REFUSED = (Exit.FAILED, Exit.FINDINGS)
"""A phase cannot be, or a difference is not explained."""

FIRST_DAY = dt.date(2026, 5, 12)
LISTED = (
    "select table_name, table_type from information_schema.tables where table_schema = 'legacy'"
)
Rows = dict[str, set[tuple[object, ...]]]


class Walk:
    """One sequence over one file."""

    def __init__(self, house: House, seed: int, tables: Sequence[OldTable]) -> None:
        self.house = house
        self.old_tables = tables
        self.hint: str | None = None
        self.dice = random.Random(seed)
        self.day = FIRST_DAY
        self.number = 0
        self.done: list[str] = []

    # ── What is run ──────────────────────────────────────────────────────────────────────────────────────────

    def run(
        self, command: str, lives: int | None = None, house: House | None = None
    ) -> tuple[int, str]:
        """Run a command; -9 says that it was killed."""
        house = house or self.house
        house.hold()
        environment = {
            "AS_OF": self.day.isoformat(),
            "DUCKDB_PATH": str(house.file),
            "WAREHOUSE": "duckdb",
        }
        said = io.StringIO()

        @contextlib.contextmanager
        def opened(settings: Settings, **given: bool):  # type: ignore[no-untyped-def]
            with open_warehouse(settings, **given) as engine:
                yield engine if lives is None else Mortal(engine, lives)

        with (
            mock.patch.dict(os.environ, environment),
            mock.patch.object(program, "open_warehouse", opened),
            mock.patch.object(phases, "validate_tables", find_nothing),
            mock.patch.object(program, "TABLES", self.old_tables),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            try:
                code = program.main(shlex.split(command))
            except Killed:
                code = -9
        return code, said.getvalue()

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        return self.house.sql(statement)

    def tables(self) -> list[tuple[str, str]]:
        return self.sql(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('legacy', 'migration')"
            " order by all"
        )

    def rows(self, places: list[tuple[str, str]]) -> Rows:
        """Return every row of old tables in some places, by the old table it belongs to."""
        result: Rows = {table.name: set() for table in self.old_tables}
        for schema, name in places:
            plain = name.removeprefix("archive_")
            owner = next((t.name for t in self.old_tables if plain.startswith(t.name)), None)
            if owner is not None:
                result[owner] |= set(self.sql(f'select * from "{schema}"."{name}"'))
        return result

    def named(self) -> list[tuple[str, str]]:
        """Return what the state names."""
        code, said = self.run("status --places")
        assert code == 0, said
        return re.findall(r"^\w+: (\w+)\.(\w+): ", said, flags=re.MULTILINE)

    # ── What happens ─────────────────────────────────────────────────────────────────────────────────────────

    def go(self, n_steps: int) -> None:
        for phase in PHASES[1 : self.dice.randrange(6)]:
            assert self.run(phase)[0] == 0
            self.done.append(phase)
        for _ in range(n_steps):
            if self.dice.random() < 0.3:
                self._somebody_else()
            if self.dice.random() < 0.15:
                self.day += dt.timedelta(days=self.dice.choice([1, 1, 31]))
            command = self._command()
            lives = self.dice.randrange(40) if self.dice.random() < 0.5 else None
            before = self.rows(self.tables())
            content = self.house.content()
            code, said = self.run(command, lives)
            self.done.append(f"{command} -> {code}{f' after {lives}' if code == -9 else ''}")
            assert code in (0, *REFUSED, -9), f"{self.done}: {said}"
            self.hint = _hint(said) if code in REFUSED else None
            if code == 1:
                assert "migration: " in said, f"{self.done}: {said}"
            if code == 1 and command.startswith("rollback"):
                assert self.house.content() == content, f"refused, and changed: {self.done}"
            self._nothing_lost(before)
        self._both_ways()

    def _command(self) -> str:
        dice = self.dice
        if self.hint and dice.random() < 0.6:
            return self.hint
        level = PHASES.index(re.findall(r"^done: (\w+)", self.run("status")[1])[0])
        kind = dice.random()
        if kind < 0.5:
            command = PHASES[min(level + 1, 5)]
        elif kind < 0.62:
            command = dice.choice(PHASES[1:])
        elif kind < 0.66:
            command = "drop --expired"
        elif kind < 0.85:
            command = "rollback"
        else:
            command = f"rollback --to {dice.choice(PHASES[:5])}"
        if dice.random() < 0.25:
            command += " --set-aside"
        if command.startswith("rollback") and dice.random() < 0.2:
            command += " --accept-altered"
        return command

    def _somebody_else(self) -> None:
        """Data arrives, or somebody alters a table or makes it anew."""
        self.number += 1
        dice, table = self.dice, self.dice.choice(self.old_tables)
        there = [
            place
            for place in self.tables()
            if place[1].removeprefix("archive_").startswith(table.name)
        ]
        column = table.columns[0][0] if table.columns[0][1] == "string" else table.columns[1][0]
        what = dice.random()
        schema, name = dice.choice(there) if there else ("legacy", table.name)
        place = f"{schema}.{name}"
        kinds = {str(key): kind for key, kind in self.sql(LISTED)}
        if what < 0.35 and there:
            self.sql(f"insert into {place} ({column}) values ('new{self.number}')")
            happened = f"a row arrives in {place}"
        elif what < 0.5 and there:
            self.sql(
                f"update {place} set {column} = '{column}{self.number}' where rowid = (select min(rowid) from {place})"
            )
            happened = f"{place} altered"
        elif what < 0.6 and self._is_held_twice(place, there):
            self.sql(f"drop table {place}")
            happened = f"{place} dropped by hand"
        else:
            old = f"legacy.{table.name}"
            if kinds.get(table.name) == "BASE TABLE":
                if not self._is_held_twice(old, there):
                    return
                self.sql(f"drop table {old}")
            elif table.name in kinds:
                self.sql(f"drop view {old}")
            self.sql(f"create table {old} as select * from compatibility.{table.view} limit 0")
            self.sql(f"insert into {old} ({column}) values ('again{self.number}')")
            happened = f"{old} made anew"
        self.done.append(happened)

    def _is_held_twice(self, place: str, there: list[tuple[str, str]]) -> bool:
        """Tell whether a table can be destroyed by hand without loss."""
        if place.split(".") not in [list(one) for one in there]:
            return False
        own = set(self.sql(f"select * from {place}"))
        return any(
            own <= set(self.sql(f"select * from {schema}.{name}"))
            for schema, name in there
            if f"{schema}.{name}" != place
        )

    # ── What must hold ───────────────────────────────────────────────────────────────────────────────────────

    def _nothing_lost(self, before: Rows) -> None:
        now = self.rows(self.named())
        for table, rows in before.items():
            assert rows <= now[table], (
                f"rows of {table} are in no place that the state names: {self.done}"
            )

    def _both_ways(self) -> None:
        for goal, first in (("drop", None), ("nothing", "rollback --to nothing")):
            fork = House(self.house.file.with_name(f"{goal}.duckdb"))
            self.house.release()
            shutil.copy(self.house.file, fork.file)
            self._lead(fork, goal, first)
            fork.release()
            fork.file.unlink()

    def _lead(self, fork: House, goal: str, first: str | None) -> None:
        """Do what the messages say, until the goal is reached."""
        said_all = []
        command = first
        for _ in range(16):
            state = self.run("status", house=fork)[1]
            if state == f"done: {goal}\n":
                return
            done = re.findall(r"^done: (\w+)", state)[0]
            command = command or PHASES[min(PHASES.index(done) + 1, 5)]
            code, said = self.run(command, house=fork)
            said_all.append(f"{command} -> {code}: {said[-900:]}")
            command = _hint(said) if code in REFUSED else first
            if code in REFUSED and command is None:
                break
        raise AssertionError(f"no way to {goal} after {self.done}:\n" + "\n".join(said_all))


def _hint(said: str) -> str | None:
    """Return the first command that a refusal names."""
    found = re.search(r"First: make migrate-(\w+)(?: ARGS=(?:'([^']*)'|([^\s,;.]+)))?", said)
    return " ".join(part for part in found.groups() if part) if found else None


def _walk(few_rows: Path, folder: Path, seed: int, tables: Sequence[OldTable]) -> None:
    file = folder / "warehouse.duckdb"
    shutil.copy(few_rows, file)
    house = House(file)
    Walk(house, seed, tables).go(n_steps=8)
    house.release()


@pytest.mark.parametrize("seed", range(15))
def test_random_walk_loses_nothing(few_rows: Path, tmp_path: Path, seed: int) -> None:
    some = tuple(t for t in TABLES if t.name in ("raw_cursor_usage", "fct_cost_daily"))
    _walk(few_rows, tmp_path, seed, some)


@pytest.mark.proofs
@pytest.mark.parametrize("seed", range(1000, 1300))
def test_three_hundred_random_walks_lose_nothing(few_rows: Path, tmp_path: Path, seed: int) -> None:
    _walk(few_rows, tmp_path, seed, TABLES)
