"""A person in the predecessor's tables and in the archives of the migration: found, replaced, and found nowhere after."""

import datetime as dt

import duckdb
import pytest

from persons.matching import Replacement
from privacy import jobs
from privacy.replacing import traces
from privacy.subject import find_subject
from sandbox.world.world import World
from tests.fixtures.legacy.predecessor import write_duckdb
from tests.integration.privacy.conftest import Company
from warehouse.connection import open_warehouse

EVE, OLD = "eve@corp.example", "eve.old@corp.example"
PLACES = ("legacy", "migration")


@pytest.fixture
def with_legacy(company: Company) -> Company:
    """The predecessor's tables as they are before the cutover, after it, and in an archive."""
    world = World(people=5, days=4, seed=7, as_of=dt.date(2026, 6, 4))
    with duckdb.connect(str(company.settings.duckdb_path)) as connection:
        write_duckdb(connection, world)
        connection.execute("create schema migration")
        tables = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'legacy'"
            ).fetchall()
        ]
        for name in tables:
            connection.execute(
                f"create table migration.archive_{name}_20260604 as from legacy.{name}"
            )
        connection.execute(
            "alter table legacy.fct_cost_daily rename to fct_cost_daily__before_cutover"
        )
    for users, usage, raw, keys in (
        (
            "legacy.dim_users",
            "legacy.fct_usage_daily",
            "legacy.raw_cursor_usage",
            "legacy.dim_api_keys",
        ),
        (
            "migration.archive_dim_users_20260604",
            "migration.archive_fct_usage_daily_20260604",
            "migration.archive_raw_cursor_usage_20260604",
            "migration.archive_dim_api_keys_20260604",
        ),
    ):
        company.change(
            f"insert into {users} (user_id, email, first_name, last_name, display_name)"
            " values ('u9', 'Eve.Old@Corp.Example', 'Eve', 'Lund', 'Eve Lund')",
            f"insert into {users} (user_id, email, first_name, last_name, display_name, manager_email, created_by)"
            f" values ('u8', 'jo.holm@corp.example', 'Eve', 'Holm', 'Eve Holm', ' {EVE.upper()} ', '{OLD}')",
            f"update {usage} set user_email = '{EVE.upper()}' where request_id = (select min(request_id) from {usage})",
            f"update {raw} set email = ' {OLD.title()} ',"
            f""" raw_response = '{{"email": "{OLD.title()}", "name": "EVE LUND"}}'"""
            f" where request_id = (select max(request_id) from {raw})",
            f"update {keys} set created_by = '{EVE}', notes = 'ask Eve  Lund <{OLD}>', api_key_name = 'key of {EVE}'"
            f" where api_key_id = (select min(api_key_id) from {keys})",
        )
    company.change(
        f"update legacy.fct_cost_daily__before_cutover set user_email = '{OLD}'"
        " where request_id = (select min(request_id) from legacy.fct_cost_daily__before_cutover)"
    )
    return company


def _traces(company: Company) -> list[str]:
    with open_warehouse(company.settings, read_only=True) as warehouse:
        names = find_subject(warehouse, EVE).identifiers()
        found = traces(warehouse, Replacement({"erased-0000000000000000": names}))
    return sorted({str(one.table) for one in found if one.table.schema in PLACES})


def _left(company: Company, names: list[str]) -> list[str]:
    """Search every text column in another way than the erasure does."""
    columns = company.rows(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where schema_name in ('legacy', 'migration') and data_type in ('VARCHAR', 'JSON')"
    )
    asked = " union all ".join(
        f"select '{schema}.{table}.{column}' as place, lower(cast({column} as varchar)) as text"
        f" from {schema}.{table}"
        for schema, table, column in columns
    )
    return [
        f"{place}: {name}"
        for name in names
        for (place,) in company.rows(
            f"select distinct place from ({asked}) where regexp_matches(text, '(^|[^a-z]){name}')"
        )
    ]


@pytest.mark.parametrize("given", [pytest.param(EVE, marks=pytest.mark.proofs), OLD])
def test_nothing_names_the_person_afterwards_nor_who_is_in_the_old_tables_alone(
    with_legacy: Company, given: str
) -> None:
    before = _traces(with_legacy)
    assert len(before) == 9  # four kinds of tables in both places, and the one that was set aside
    n_rows = with_legacy.rows(
        "select count(*), sum(total_lines_added) from legacy.raw_cursor_usage"
    )
    # Somebody else is in the old tables alone, and found there with the name.
    ((email, name),) = with_legacy.rows(
        "select email, display_name from legacy.dim_users where email like '%harbourline%' order by 1 limit 1"
    )
    job, other = with_legacy.ask(given), with_legacy.ask(email)
    assert with_legacy.erase() == 2
    assert with_legacy.job(other).certificate["n_identifiers"]["names"] == 1
    assert _left(with_legacy, [email.split("@")[0], name.split()[-1].lower()]) == []
    found = with_legacy.job(job)
    assert (found.status, found.certificate["verdict"]) == (jobs.DONE, "complete")
    assert set(before) <= set(found.certificate["tables"])
    assert _left(with_legacy, ["eve@corp", "eve[.]old", "eve +lund", "lund"]) == []
    for users in ("legacy.dim_users", "migration.archive_dim_users_20260604"):
        # The other Eve keeps her name; parts of the person's own are gone with the address beside them.
        assert with_legacy.rows(
            f"select first_name, last_name from {users} where user_id = 'u8'"
        ) == [("Eve", "Holm")]
        rows = with_legacy.rows(
            f"select first_name, last_name, display_name, email from {users} where user_id like 'erased-%.id'"
        )
        assert len(rows) == 2  # hers, and the other's
        assert {text[:7] for row in rows for text in row} == {"erased-"}
    assert (
        with_legacy.rows("select count(*), sum(total_lines_added) from legacy.raw_cursor_usage")
        == n_rows
    )
