"""What people do beside the migration, and what it must not make of it: each was a way to lose the only copy, with exit code 0."""

import datetime as dt
from collections.abc import Callable

import pytest

from migration.standing import RefusedError
from migration.steps import Steps
from tests.integration.migration.conftest import TODAY, House, done
from warehouse.connection import open_warehouse
from warehouse.fingerprint import fingerprint

At = Callable[[str], House]
TOMORROW = TODAY + dt.timedelta(days=1)
ONE_ROW = "insert into legacy.dim_users (user_id, email) values ('x1', 'somebody@one.example')"


def make_anew(house: House, table: str = "dim_users") -> None:
    """Let somebody make an old name anew, with one row."""
    kind = house.kinds().get(table)
    if kind is not None:
        house.sql(f"drop {kind} legacy.{table}")
    house.sql(f"create table legacy.{table} as from compatibility.mart_legacy__{table} limit 0")
    house.sql(ONE_ROW if table == "dim_users" else f"insert into legacy.{table} default values")


def contents(house: House) -> set[tuple[int, str]]:
    """Return the contents of all tables of both schemas."""
    found = set()
    with open_warehouse(house.settings()) as engine:
        for schema in ("legacy", "migration"):
            for name in engine.names(schema):
                if engine.kind(schema, name) == "table" and (
                    schema == "legacy" or name.startswith("archive_")
                ):
                    seen = fingerprint(engine, schema, name)
                    found.add((seen.n_rows, seen.content))
    return found


@pytest.mark.parametrize("last", ["cutover", "drop"])
@pytest.mark.parametrize(
    "command", ["archive", "validate", "cutover", "drop", "rollback", "rollback --to nothing"]
)
def test_old_name_made_anew_is_refused_with_both_tables_and_what_to_do(
    house_after: At, last: str, command: str
) -> None:
    house = house_after(last)
    make_anew(house)
    before = contents(house)
    code, said = house.run(*command.split())
    assert code == 1, said
    if last == "cutover" or command.startswith(("drop", "rollback")):
        assert "legacy.dim_users (1 rows)" in said, said
        assert "dim_users__before_cutover" in said, said
        assert "--set-aside" in said, said
    assert contents(house) == before
    assert house.kinds()["dim_users"] == "table", "it is as somebody left it"


@pytest.mark.parametrize("last", ["cutover", "drop"])
def test_old_name_made_anew_is_set_aside_and_all_rows_come_back(house_after: At, last: str) -> None:
    before = house_after("nothing").fingerprints()
    house = house_after(last)
    make_anew(house)
    done(house, "rollback --to nothing --set-aside")
    now = house.fingerprints()
    assert {name: now[name] for name in before} == before
    assert house.sql("select user_id from legacy.dim_users__found_1") == [("x1",)]


def test_old_name_made_anew_is_set_aside_on_the_way_forward(house_after: At) -> None:
    house = house_after("cutover")
    make_anew(house)
    done(house, "archive --set-aside")
    assert house.kinds()["dim_users"] == "view", "old readers read the new figures again"
    done(house, "drop", "drop")
    assert house.sql("select user_id from legacy.dim_users__found_1") == [("x1",)]
    done(house, "rollback --to nothing")
    assert house.sql("select count(*) > 5 from legacy.dim_users") == [(True,)]


def test_made_anew_before_the_cutover_leaves_the_first_archive(house_after: At) -> None:
    house = house_after("archive")
    before = contents(house)
    make_anew(house)
    done(house, "archive")
    assert before <= contents(house), "the archive of the same day is another table"
    done(house, "rollback --to nothing")
    assert before <= contents(house), "what no other table holds is not dropped"


def test_archive_of_a_changed_table_is_another_one(house_after: At) -> None:
    house = house_after("archive")
    house.sql(ONE_ROW)
    house.sql(ONE_ROW.replace("legacy.", "compatibility.mart_legacy__"))
    done(house, "validate", "archive")
    names = house.sql(
        "select table_name from duckdb_tables() where starts_with(table_name, 'archive_dim_users') order by all"
    )
    assert names == [("archive_dim_users_20260512",), ("archive_dim_users_20260512_2",)]


def test_name_of_an_archive_is_never_given_again(house_after: At) -> None:
    """The journal says what each name held; one that held two things would prove the wrong one."""
    house = house_after("archive")
    done(house, "rollback", "archive")
    names = house.sql(
        "select table_name from duckdb_tables() where starts_with(table_name, 'archive_dim_users')"
    )
    assert names == [("archive_dim_users_20260512_2",)]


def test_a_drop_looks_once_more_at_what_it_drops(house_after: At) -> None:
    """Somebody wrote after the archive was compared: where an engine has no transactions, nothing else stands between."""
    house = house_after("cutover")
    house.sql(ONE_ROW.replace("dim_users", "dim_users__before_cutover"))
    settings = house.settings()
    with (
        open_warehouse(settings) as engine,
        pytest.raises(RefusedError, match="differ; nothing was dropped"),
    ):
        Steps(engine, settings, lambda _: None).drop_table(
            *("dim_users__before_cutover", "legacy"), *("archive_dim_users_20260512", "migration")
        )
    assert house.kinds()["dim_users__before_cutover"] == "table"


def test_table_beside_the_old_one_is_never_written_over(house_after: At) -> None:
    house = house_after("archive")
    house.sql("create table legacy.dim_users__before_cutover as select 1 as somebody_elses")
    code, said = house.run("cutover")
    assert (code, "are both tables, where one is expected" in said) == (1, True), said
    done(house, "cutover --set-aside", "drop", "rollback --to nothing")
    assert house.sql("from legacy.dim_users__found_1") == [(1,)]


def test_table_that_was_set_aside_and_is_gone_comes_back_from_its_archive(house_after: At) -> None:
    before = house_after("nothing").fingerprints()
    house = house_after("cutover")
    house.sql("drop table legacy.dim_users__before_cutover")
    make_anew(house)
    for command in ("validate", "archive", "cutover", "drop", "rollback"):
        assert house.run(command)[0] == 1, command
    done(house, "rollback --to nothing --set-aside")
    now = house.fingerprints()
    assert {name: now[name] for name in before} == before


@pytest.mark.parametrize("to", ["archive", "nothing"])
def test_refused_rollback_is_no_dead_end(house_after: At, to: str) -> None:
    house = house_after("drop")
    house.sql("delete from migration.archive_dim_users_20260512 where user_id = 'u0001'")
    content = house.content()
    code, said = house.run("rollback", "--to", to)
    assert (code, "nothing was changed" in said, "--accept-altered" in said) == (1, True, True), (
        said
    )
    assert house.content() == content, "not the journal either"
    done(house, "status", "drop", f"rollback --to {to} --accept-altered")
    assert house.run("status")[1] == f"done: {to}\n"
    assert (
        house.sql(
            "select count(*) from migration.archive_dim_users_20260512 where user_id = 'u0000'"
        )
        == [(1,)]
        if to == "archive"
        else True
    )


def test_rollback_says_every_reason_at_once(house_after: At) -> None:
    house = house_after("drop")
    house.sql("delete from migration.archive_dim_users_20260512 where user_id = 'u0001'")
    make_anew(house, "dim_api_keys")
    code, said = house.run("rollback")
    assert code == 1
    assert "First: make migrate-rollback ARGS='--accept-altered --set-aside'" in said, said
    done(house, "rollback --accept-altered --set-aside")


def test_second_drop_promises_nothing_new(house_after: At) -> None:
    house = house_after("cutover")
    code, first = house.run("drop")
    assert (code, "Rollback is possible until 2026-06-11" in first) == (0, True), first
    code, second = house.run("drop", day=TODAY + dt.timedelta(days=20))
    assert (code, "Rollback is possible until 2026-06-11" in second) == (0, True), second
    done(house, "drop --expired --last-copies", day=TODAY + dt.timedelta(days=30))
    code, third = house.run("drop", day=TODAY + dt.timedelta(days=31))
    assert (code, "Rollback is possible" in third) == (0, False), third


def test_state_names_every_place(house_after: At) -> None:
    house = house_after("cutover")
    make_anew(house)
    said = house.run("status", "--places")[1].splitlines()
    of_users = [line for line in said if line.startswith("dim_users: ")]
    assert of_users[0] == "dim_users: legacy.dim_users: 1 rows, not known to the migration"
    assert of_users[1].startswith("dim_users: legacy.dim_users__before_cutover: ")
    assert of_users[2].endswith("rows, archive, kept until 2026-06-11")
