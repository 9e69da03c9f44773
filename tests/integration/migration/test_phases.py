"""All phases forward and back on a real DuckDB file, and refusals, each with what to do first."""

import datetime as dt
from collections.abc import Callable

import pytest

from migration.tables import TABLES
from tests.integration.migration.conftest import TODAY, House, done

TOMORROW = TODAY + dt.timedelta(days=1)
NAMES = {table.name for table in TABLES}
COUNT = "select count(*) from information_schema.tables where starts_with(table_name, 'archive_')"
At = Callable[[str], House]


def test_all_phases_forward_and_all_the_way_back(house_after: At) -> None:
    house = house_after("nothing")
    before = house.fingerprints()
    assert set(before) == NAMES
    done(house, "deploy", "validate", "archive", "cutover")
    assert house.fingerprints() == {}, "all old names are views"
    assert house.fingerprints("__before_cutover") == before
    new = house.sql("select sum(cost_usd) from compatibility.mart_legacy__fct_cost_daily")
    assert house.sql("select sum(cost_usd) from legacy.fct_cost_daily") == new
    done(house, "validate", "drop", day=TOMORROW)
    assert set(house.kinds().values()) == {"view"}
    done(house, "rollback --to nothing", day=TOMORROW)
    assert house.fingerprints() == before
    assert set(house.kinds()) == NAMES, "nothing is left beside the old tables"


def test_each_phase_is_undone_one_by_one_and_done_again(house_after: At) -> None:
    before = house_after("nothing").fingerprints()
    house = house_after("drop")
    for phase in ("cutover", "archive", "validate", "deploy", "nothing"):
        done(house, "rollback")
        assert house.run("status")[1] == f"done: {phase}\n"
        places = house.fingerprints("__before_cutover" if phase == "cutover" else "")
        assert places == before, phase
        assert house.sql(COUNT) == [(7 if phase in ("cutover", "archive") else 0,)], phase
    assert "nothing to do" in house.run("rollback")[1]
    done(house, "deploy", "validate", "archive", "cutover", "drop")


@pytest.mark.parametrize("phase", ["deploy", "validate", "archive", "cutover", "drop"])
def test_every_phase_can_be_repeated(house_after: At, phase: str) -> None:
    house = house_after(phase)
    before, kinds = house.fingerprints("__before_cutover"), house.kinds()
    done(house, phase)
    assert house.run("status")[1] == f"done: {phase}\n"
    assert (house.fingerprints("__before_cutover"), house.kinds()) == (before, kinds)


@pytest.mark.parametrize(
    ("last", "phase"),
    [
        ("nothing", "deploy"),
        ("deploy", "validate"),
        ("validate", "archive"),
        ("archive", "cutover"),
        ("cutover", "drop"),
        ("drop", "drop --expired"),
        ("drop", "rollback"),
    ],
)
def test_dry_run_changes_nothing(house_after: At, last: str, phase: str) -> None:
    house = house_after(last)
    content = house.content()
    code, said = house.run(*phase.split(), "--dry-run")
    assert (code, "dry run: would" in said) == (0, True), said
    assert house.content() == content


@pytest.mark.parametrize(
    ("last", "phase", "first"),
    [
        *(("nothing", phase, "deploy") for phase in ("validate", "archive", "cutover", "drop")),
        *(("deploy", phase, "validate") for phase in ("archive", "cutover", "drop")),
        *(("validate", phase, "archive") for phase in ("cutover", "drop")),
        ("archive", "drop", "cutover"),
        ("archive", "drop --expired", "cutover"),
        *(("drop", phase, "rollback") for phase in ("validate", "archive")),
    ],
)
def test_phase_out_of_order_is_refused_with_the_next_step(
    house_after: At, last: str, phase: str, first: str
) -> None:
    house = house_after(last)
    content = house.content()
    code, said = house.run(*phase.split())
    assert (code, f"make migrate-{first}" in said) == (1, True), said
    assert house.content() == content


def test_validation_of_another_day_is_refused(house_after: At) -> None:
    for last, phase in (("archive", "cutover"), ("cutover", "drop")):
        house = house_after(last)
        kinds = house.kinds()
        code, said = house.run(phase, day=TOMORROW)
        assert (code, "needs a validation that passed on 2026-05-13" in said) == (1, True), said
        assert "First: make migrate-validate" in said
        assert house.kinds() == kinds


def test_rows_written_after_validation_are_refused(house_after: At) -> None:
    house = house_after("archive")
    house.sql("insert into legacy.dim_users (user_id, email) values ('late', 'late@one.example')")
    code, said = house.run("cutover")
    assert (code, "dim_users has changed since it was validated" in said) == (1, True), said


def test_archive_that_lost_a_row_is_refused(house_after: At) -> None:
    house = house_after("cutover")
    archive = "migration.archive_raw_anthropic_cost_20260512"
    house.sql(f"delete from {archive} where request_id = (select min(request_id) from {archive})")
    code, said = house.run("drop")
    assert (code, "differ. First: make migrate-archive" in said) == (1, True), said
    done(house, "archive", "drop")


def test_archive_whose_content_changed_is_refused(house_after: At) -> None:
    house = house_after("archive")
    house.sql(
        "update migration.archive_dim_users_20260512 set team = 'Other' where user_id = 'u0001'"
    )
    code, said = house.run("cutover")
    assert (code, "archive_dim_users_20260512 and dim_users differ" in said) == (1, True), said


def test_archive_that_is_gone_is_refused(house_after: At) -> None:
    house = house_after("archive")
    house.sql("drop table migration.archive_dim_users_20260512")
    code, said = house.run("cutover")
    assert (code, "20260512 does not exist any more. First: make migrate-archive" in said) == (
        1,
        True,
    )


def test_rollback_of_a_changed_table_is_refused_and_deletes_nothing(house_after: At) -> None:
    house = house_after("cutover")
    house.sql("delete from legacy.dim_users__before_cutover where user_id = 'u0001'")
    code, said = house.run("rollback", "--to", "nothing")
    assert (code, "dim_users is not what was archived" in said) == (1, True), said
    (count,) = house.sql("select count(*) from migration.archive_dim_users_20260512")
    assert count > house.sql("select count(*) from legacy.dim_users__before_cutover")[0]


def test_last_copies_go_after_thirty_days_when_it_is_asked_and_not_before(house_after: At) -> None:
    house = house_after("cutover")
    done(house, "validate", "drop", day=TOMORROW)
    done(house, "drop --expired --last-copies", day=TOMORROW + dt.timedelta(days=29))
    assert house.sql(COUNT) == [(7,)]
    code, said = house.run("drop", "--expired", day=TOMORROW + dt.timedelta(days=30))
    assert (code, "the last copy of the old table; nothing was dropped" in said) == (1, True), said
    assert house.sql(COUNT) == [(7,)]
    done(house, "drop --expired --last-copies", day=TOMORROW + dt.timedelta(days=30))
    assert house.sql(COUNT) == [(0,)]
    content = house.content()
    code, said = house.run("rollback")
    assert (code, "it has no archive any more" in said) == (1, True), said
    assert house.content() == content


def test_missing_or_other_view_is_refused(house_after: At) -> None:
    house = house_after("nothing")
    view = "compatibility.mart_legacy__dim_users"
    house.sql(f"alter table {view} rename column team to squad")
    code, said = house.run("deploy")
    assert (code, "has other columns than dim_users" in said) == (1, True), said
    house.sql(f"drop table {view}")
    code, said = house.run("deploy")
    assert (code, "mart_legacy__dim_users does not exist. First: make run" in said) == (1, True)


def test_missing_or_other_old_table_is_refused(house_after: At) -> None:
    house = house_after("nothing")
    house.sql("alter table legacy.dim_users rename column team to squad")
    code, said = house.run("deploy")
    assert (code, "dim_users has no column team" in said) == (1, True), said
    house.sql("drop table legacy.dim_users")
    code, said = house.run("deploy")
    assert (code, "Is LEGACY_SCHEMA right?" in said) == (1, True), said
