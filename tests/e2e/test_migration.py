"""A company beside what the predecessor would have written of it: the views that dbt builds, not stand-ins for them."""

import contextlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from migration.__main__ import main
from migration.tables import TABLES
from sandbox.world.world import World
from tests.e2e.chain import AS_OF, SMALL, Chain
from tests.fixtures.legacy.predecessor import write_duckdb

Migrate = Callable[[str], tuple[int, str]]


@pytest.fixture
def with_predecessor(small: Chain, tmp_path: Path) -> Chain:
    chain = small.copy(tmp_path)
    with duckdb.connect(str(chain.warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        world = World(people=SMALL.people, days=SMALL.days, seed=SMALL.seed, as_of=AS_OF)
        write_duckdb(connection, world)
    return chain


@pytest.fixture
def migrate(with_predecessor: Chain) -> Migrate:
    environment = {
        "AS_OF": AS_OF.isoformat(),
        "DUCKDB_PATH": str(with_predecessor.warehouse),
        "WAREHOUSE": "duckdb",
    }

    def run(command: str) -> tuple[int, str]:
        said = io.StringIO()
        with (
            mock.patch.dict(os.environ, environment),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            code = main(command.split())
        return code, said.getvalue()

    return run


def _findings(chain: Chain) -> list[tuple[str, str]]:
    chain.build(select=("migration_differences", "dq_dual_writing"))
    return chain.rows("select check_scope, finding from quality.dq_dual_writing order by all")


def test_company_is_moved_and_moved_back_and_the_daily_differences_are_findings(
    with_predecessor: Chain, migrate: Migrate
) -> None:
    before = _contents(with_predecessor)
    assert "not applicable" in _findings(with_predecessor)[0][1]
    for phase in ("deploy", "validate", "archive", "cutover"):
        code, said = migrate(phase)
        assert code == 0, said
    found = _findings(with_predecessor)
    assert [scope for scope, _ in found] == sorted(table.name for table in TABLES)
    assert all(": 0 of " in finding for _, finding in found), found
    for phase in ("validate", "drop"):
        code, said = migrate(phase)
        assert code == 0, said
    assert "not applicable" in _findings(with_predecessor)[0][1], "nothing is compared any more"
    code, said = migrate("rollback --to nothing")
    assert code == 0, said
    assert _contents(with_predecessor) == before


def _contents(chain: Chain) -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: chain.rows(
            f"select count(*), sum(cast(hash(old) as hugeint)) from legacy.{table.name} as old"
        )
        for table in TABLES
    }
