"""What would stop a cut-over in the middle, or be lost without a word, is said by deploy, with what to do."""

import re
from collections.abc import Callable

import pytest

from tests.integration.migration.conftest import House, done, only

At = Callable[[str], House]

STOPS = {
    "another type": (
        "alter table legacy.dim_users alter is_active type varchar",
        "is_active is string, the view gives bool",
    ),
    "an index": ("create index by_team on legacy.dim_users (team)", "drop index legacy.by_team"),
    "a foreign key": (
        "create unique index once on legacy.dim_users (user_id);"
        " create table legacy.badges (user_id varchar primary key);"
        " create table legacy.copied as from legacy.dim_users; drop table legacy.dim_users;"
        " create table legacy.dim_users (user_id varchar references legacy.badges (user_id), email varchar, first_name"
        " varchar, last_name varchar, display_name varchar, department varchar, team varchar, manager_email varchar,"
        " is_active boolean, created_date date, updated_date date, created_by varchar, updated_by varchar);",
        "ties two tables",
    ),
    "a view in its place": (
        "alter table legacy.dim_users rename to elsewhere; create view legacy.dim_users as from legacy.elsewhere",
        "legacy.dim_users is a view",
    ),
    "another case of the table": (
        'alter table legacy.dim_users rename to x; alter table legacy.x rename to "Dim_Users"',
        "Dim_Users is written otherwise",
    ),
    "another case of a column": (
        'alter table legacy.dim_users rename column team to x; alter table legacy.dim_users rename column x to "Team"',
        "column Team is written otherwise",
    ),
    "a name that the cut-over needs": (
        "create view legacy.dim_users__before_cutover as select 1 as x",
        "dim_users__before_cutover exists",
    ),
    "a table of somebody else in our schema": (
        "create schema migration; create table migration.journal (entry varchar)",
        "migration.journal has other columns",
    ),
}
LOSSES = {
    "more columns": (
        "alter table legacy.dim_users add column badge varchar",
        "columns that the view does not have: badge",
    ),
    "a constraint": (
        "alter table legacy.dim_users alter email set not null",
        "constraint dim_users_email_not_null",
    ),
    "a default": (
        "alter table legacy.dim_users alter team set default 'none'",
        "default of team ('none')",
    ),
    "a view that reads it": (
        "create view main.teams as select team from legacy.dim_users",
        "view main.teams reads it",
    ),
}


@pytest.mark.parametrize("case", STOPS)
def test_what_would_stop_the_cutover_is_said_before(house_after: At, case: str) -> None:
    change, said_of_it = STOPS[case]
    house = house_after("nothing")
    house.sql(change)
    content = house.content()
    code, said = house.run("deploy")
    assert (code, said_of_it in said) == (1, True), said
    assert house.content() == content
    assert house.run("deploy", "--accept-losses")[0] == 1, "this is no loss that could be accepted"


@pytest.mark.parametrize("case", LOSSES)
def test_what_would_be_lost_has_to_be_accepted(house_after: At, case: str) -> None:
    change, said_of_it = LOSSES[case]
    house = house_after("nothing")
    house.sql(change)
    code, said = house.run("deploy")
    assert (code, said_of_it in said) == (1, True), said
    assert "make migrate-deploy ARGS=--accept-losses" in said
    done(house, "deploy --accept-losses")


def test_nothing_else_is_lost_than_what_was_accepted(house_after: At) -> None:
    house = house_after("nothing")
    for change, _ in LOSSES.values():
        house.sql(change)
    said = house.run("deploy")[1]
    assert all(said_of_it in said for _, said_of_it in LOSSES.values()), said
    done(house, "deploy --accept-losses", "validate", "archive", "cutover")
    before = house.fingerprints("__before_cutover")
    done(house, "drop", "rollback --to nothing")
    assert house.fingerprints() == before, "rows and types are there again"


def test_every_finding_is_said_at_once_with_what_to_do(house_after: At) -> None:
    house = house_after("nothing")
    for change in ("another case of a column", "an index"):
        house.sql(STOPS[change][0])
    code, said = house.run("deploy")
    found = re.findall(r"^deploy: dim_users: .*$", said, flags=re.MULTILINE)
    assert (code, len(found)) == (1, 2), said
    house.sql("drop index legacy.by_team")
    house.sql('alter table legacy.dim_users rename column "Team" to team')
    done(house, "deploy", "validate", "archive", "cutover", tables=only())


def test_table_under_a_name_that_is_needed_is_set_aside_by_the_first_deploy(
    house_after: At,
) -> None:
    house = house_after("nothing")
    house.sql("create table legacy.dim_users__before_cutover as select 1 as somebody_elses")
    code, said = house.run("deploy")
    assert (code, "make migrate-deploy ARGS=--set-aside" in said) == (1, True), said
    done(house, "deploy --set-aside", "validate", tables=only())
    assert house.sql("from legacy.dim_users__found_1") == [(1,)]
