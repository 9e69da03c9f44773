"""Forty people whose names, addresses and ids are words of the domain: erasing one of them changes no other cell.

Models, vendors, platforms, teams, months, tenants, numbers. Each is erased in turn from the same small warehouse and brought back
by a rollback. What changed is read cell by cell, by the test itself: each changed cell stands in a row that the test wrote for
the person, and held the person's address, id or name.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from privacy.own_rows import OwnRows
from privacy.plan import PlanError, apply, make_plan
from privacy.subject import AmbiguousSubjectError, UnusableSubjectError, find_subject
from warehouse.duckdb import DuckDB

MODELS = (
    "claude-sonnet-5",
    "claude-opus-5",
    "claude-haiku-4-5",
    "gpt-5",
    "gemini-3-pro",
    "cursor-small",
    "sonnet",
    "opus",
    "may",
)
PLATFORMS = (
    "claude_code",
    "claude_api",
    "cursor",
    "gemini_workspace",
    "anthropic",
    "google",
    "platform",
    "api",
)
TEAMS = (
    "Platform",
    "Payments",
    "Mobile",
    "Engineering",
    "Machine Learning",
    "Design Systems",
    "Search",
    "June",
)
TENANTS = ("org-01", "org-02", "org", "tenant", "default", "2024", "17", "engineering")
DAYS = ("2024-01-01", "2026-05-01", "2026-06-01", "may", "june", "2024")
PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    # What stands before the @, name, id at Cursor, id of the orchestrator.
    ("claude", "Claude", "17", "claude"),
    ("claude.code", "Claude Code", "18", "claude_code"),
    ("claude.sonnet", "Claude Sonnet", "19", "sonnet-user"),
    ("sonnet", "Sonnet", "20", "u-sonnet"),
    ("opus", "Opus", "21", "u-opus"),
    ("haiku", "Haiku Four", "22", "haiku"),
    ("cursor", "Cursor", "23", "cursor-user"),
    ("cursor-small", "Cursor Small", "24", "small"),
    ("gemini", "Gemini Pro", "25", "u-gemini"),
    ("platform", "Platform", "26", "u-platform"),
    ("anthropic", "Anthropic", "27", "u-anthropic"),
    ("google", "Google", "28", "u-google"),
    ("api", "Api", "29", "u-api"),
    ("payments", "Payments", "30", "u-payments"),
    ("mobile", "Mobile", "31", "u-mobile"),
    ("engineering", "Engineering", "32", "u-engineering"),
    ("machine.learning", "Machine Learning", "33", "ml"),
    ("design.systems", "Design Systems", "34", "ds"),
    ("search", "Search", "35", "u-search"),
    ("may", "May", "36", "u-may"),
    ("june", "June", "37", "u-june"),
    ("april", "April May", "38", "april"),
    ("august", "August", "39", "u-august"),
    ("org", "Org", "40", "u-org"),
    ("org-01", "Org Nilson", "41", "nilson"),
    ("tenant", "Tenant", "42", "u-tenant"),
    ("default", "Default", "43", "u-default"),
    ("2024", "Twenty Four", "44", "20240"),
    ("17", "Seventeen", "45", "170"),
    ("1", "One", "46", "1000"),
    ("2024-01-01", "New Year", "47", "new-year"),
    ("usd", "Usd", "48", "u-usd"),
    ("model", "Model", "49", "u-model"),
    ("erased", "Erased", "50", "u-erased"),
    ("user", "User", "51", "u-user"),
    ("key", "Key", "52", "u-key"),
    ("prod", "Prod", "53", "u-prod"),
    ("standard", "Standard", "54", "u-standard"),
    ("null", "Null", "55", "u-null"),
    ("example", "Example Corp", "56", "corp"),
)
DOMAIN = "corp.example"
MADE = """
create schema raw_sheets; create schema raw_cursor; create schema raw_orchestrator; create schema raw_anthropic; create schema marts;
create schema raw_gemini; create schema raw_claude_ai; create schema analyst;
create table raw_sheets.people (email varchar, aliases varchar, name varchar, department varchar, team varchar, manager_email varchar, cost_centre varchar);
create table raw_sheets.budgets (scope varchar, scope_value varchar, month varchar, amount_usd varchar);
create table raw_sheets.api_key_mapping (api_key_id varchar, api_key_name varchar, owner_email varchar, platform varchar, purpose varchar);
create table raw_sheets.invoices (vendor varchar, invoice_month varchar, amount varchar);
create table raw_cursor.team_members (id varchar, name varchar, email varchar, role varchar);
create table raw_cursor.usage_events (user_email varchar, user_id varchar, model varchar, kind varchar, service_account_name varchar, unknown_fields varchar, usage_date date, n_tokens bigint, usd decimal(38, 9));
create table raw_cursor.groups (id varchar, name varchar, type varchar);
create table raw_cursor.loaded_partitions (resource_name varchar, partition_id varchar, content_hash varchar);
create table raw_cursor.quarantine (resource_name varchar, partition_id varchar, payload varchar);
create table raw_anthropic.api_keys (id varchar, name varchar, created_by_id varchar, workspace_id varchar);
create table raw_anthropic.workspaces (id varchar, name varchar, tags varchar);
create table raw_gemini.activity_events (actor_email varchar, actor_profile_id varchar, app_name varchar, action varchar);
create table raw_claude_ai.audit_log (actor_uuid varchar, event varchar, entity_uuid varchar, client_platform varchar);
create table raw_orchestrator.task_executions (task_id varchar, user_id varchar, organization_id varchar, provider varchar, model varchar, task_type varchar);
create table marts.fct_ai_spend_daily (platform varchar, model varchar, team_name varchar, usage_date date, spend_usd decimal(38, 9));
create table analyst.notes (note varchar, "order" varchar, tags varchar[], place struct(a varchar, b bigint));
"""
Cells = dict[tuple[str, int, str], Any]


@pytest.fixture(scope="module")
def company() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        run = connection.execute
        for statement in ("begin", *MADE.split(";")):
            run(statement)
        words = [*MODELS, *PLATFORMS, *TEAMS, *TENANTS, *DAYS, *(local for local, *_ in PEOPLE)]
        for number, word in enumerate(words):
            run(
                "insert into raw_sheets.budgets values ('team', ?, ?, '17')",
                [word, DAYS[number % len(DAYS)]],
            )
            run("insert into raw_sheets.invoices values (?, ?, '2024')", [word, word])
            run(
                "insert into raw_cursor.usage_events values (null, null, ?, ?, ?, ?, '2024-01-01', 17, 1.5)",
                [word, word, f"{word}-bot", f'{{"{word}": "{word}"}}'],
            )
            run("insert into raw_cursor.groups values (?, ?, ?)", [word, word, word])
            run(
                "insert into raw_cursor.loaded_partitions values ('usage_events', ?, ?)",
                [word, word],
            )
            run(
                "insert into raw_cursor.quarantine values (?, ?, ?)",
                [word, word, f'{{"model": "{word}", "n": 17}}'],
            )
            run(
                "insert into raw_anthropic.api_keys values (?, ?, ?, ?)",
                [word, f"{word}-key", word, word],
            )
            run(
                "insert into raw_anthropic.workspaces values (?, ?, ?)",
                [word, word, f'{{"team": "{word}"}}'],
            )
            run(
                "insert into raw_gemini.activity_events values (null, ?, ?, ?)",
                [f"90{number}", word, word],
            )
            run(
                "insert into raw_claude_ai.audit_log values (?, ?, ?, ?)",
                [f"90{number}", word, word, word],
            )
            run(
                "insert into raw_orchestrator.task_executions values (?, ?, ?, ?, ?, ?)",
                [word, f"anon-{number}", word, word, word, word],
            )
            run(
                "insert into marts.fct_ai_spend_daily values (?, ?, ?, '2024-01-01', 17)",
                [word, word, word],
            )
            run(
                "insert into analyst.notes values (?, ?, [?], {'a': ?, 'b': 17})",
                [f"{word} of {word}", word, word, word],
            )
        for number, (local, name, cursor_id, user_id) in enumerate(PEOPLE):
            email, team = f"{local}@{DOMAIN}", TEAMS[number % len(TEAMS)]
            manager = f"{PEOPLE[(number + 1) % len(PEOPLE)][0]}@{DOMAIN}"
            run(
                "insert into raw_sheets.people values (?, '', ?, 'Engineering', ?, ?, 'CC-17')",
                [email, name, team, manager],
            )
            run(
                "insert into raw_sheets.api_key_mapping values (?, ?, ?, 'claude_code', ?)",
                [f"k{number}", f"{local}-key", email, f"{name} of {team}"],
            )
            run(
                "insert into raw_cursor.team_members values (?, ?, ?, 'member')",
                [cursor_id, name, email.title()],
            )
            run(
                "insert into raw_cursor.usage_events values (?, ?, 'claude-sonnet-5', 'api', null, ?, '2026-05-01', 17, 1.5)",
                [email, cursor_id, f'{{"model": "{local}", "n": {cursor_id}}}'],
            )
            run(
                "insert into raw_anthropic.api_keys values (?, ?, 'user_01', 'default')",
                [f"k{number}", f"claude_code_key_{local}_x{number}"],
            )
            run(
                "insert into raw_orchestrator.task_executions values ('t', ?, 'org-01', 'anthropic', 'claude-opus-5', 'code')",
                [user_id],
            )
        run("commit")
        yield connection


class EnoughError(Exception):
    """What a test does is taken back."""


@contextlib.contextmanager
def undone(warehouse: DuckDB) -> Iterator[None]:
    with contextlib.suppress(EnoughError), warehouse.transaction():
        yield
        raise EnoughError


def _cells(connection: duckdb.DuckDBPyConnection) -> Cells:
    found: Cells = {}
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() order by all"
    ).fetchall()
    for schema, name in tables:
        relation = connection.execute(f'select rowid, * from {schema}."{name}"')
        columns = [one[0] for one in relation.description]
        for row in relation.fetchall():
            for column, value in zip(columns[1:], row[1:], strict=True):
                found[f"{schema}.{name}", row[0], column] = value
    return found


@dataclass(frozen=True)
class Held:
    """The company as it is before each test and after all of them."""

    warehouse: DuckDB
    own: OwnRows
    cells: Cells


@pytest.fixture(scope="module")
def held(company: duckdb.DuckDBPyConnection) -> Iterator[Held]:
    before = _cells(company)
    yield Held(DuckDB(company), OwnRows(DuckDB(company)), before)
    assert _cells(company) == before


@pytest.mark.parametrize("number", range(len(PEOPLE)), ids=[local for local, *_ in PEOPLE])
def test_not_one_other_cell_is_changed(
    company: duckdb.DuckDBPyConnection, held: Held, number: int
) -> None:
    local, name, cursor_id, _ = PEOPLE[number]
    email = f"{local}@{DOMAIN}"
    warehouse, before = held.warehouse, held.cells
    subject = find_subject(warehouse, email, own=held.own)
    assert subject
    assert (subject.emails, subject.ids) == ([email], [cursor_id])
    plan = make_plan(warehouse, subject)
    with undone(warehouse):
        apply(warehouse, plan)
        after = _cells(company)
    changed = {
        place: (before[place], after[place]) for place in before if before[place] != after[place]
    }
    own = {
        email,
        email.title(),
        cursor_id,
        name,
        f"claude_code_key_{local}_x{number}",
        f"{name} of {TEAMS[number % len(TEAMS)]}",
    }
    assert {old for old, _ in changed.values()} <= own
    assert all("erased-" in new for _, new in changed.values())
    # Where an address or a name stands, it is the person's; where an id does, it is Cursor's.
    tables = {(table, column) for table, _, column in changed}
    assert tables >= {
        ("raw_sheets.people", "email"),
        ("raw_sheets.people", "name"),
        ("raw_sheets.people", "manager_email"),
        ("raw_cursor.team_members", "id"),
        ("raw_cursor.team_members", "email"),
        ("raw_cursor.usage_events", "user_email"),
    }
    assert not {place for place in changed if place[0].startswith(("marts", "analyst"))}
    assert not {column for _, column in tables} & {
        "model",
        "platform",
        "team",
        "organization_id",
        "amount",
        "month",
    }
    # In every row that is not the person's own, only an address or the key that carries it.
    for (table, row, column), (old, _) in changed.items():
        if column not in ("manager_email", "created_by_id") and not (
            table.endswith("api_keys") and column == "name"
        ):
            whose = [
                before.get((table, row, one))
                for one in ("email", "user_email", "owner_email", "id", "user_id")
            ]
            assert {email, email.title(), cursor_id} & set(whose), (table, column, old)


@pytest.mark.parametrize(
    "given",
    [
        *MODELS[:-1],
        *PLATFORMS[1:],
        *TEAMS,
        "org-01",
        "org-02",
        "2024-01-01",
        "2026-05",
        "1",
        "1000000",
        "3.5",
        "member",
        "default",
        "engineering",
        "CC-17",
        "anna",
        "x@",
        "@",
        "usd",
        "null",
        "",
    ],
)
def test_a_word_is_refused_and_nothing_is_changed(held: Held, given: str) -> None:
    with pytest.raises(UnusableSubjectError) as caught:
        find_subject(held.warehouse, given, own=held.own)
    assert "Ask again" in str(caught.value)


def test_a_short_id_is_somebody_where_it_is_held_exactly(
    company: duckdb.DuckDBPyConnection,
) -> None:
    found = find_subject(DuckDB(company), "46")
    assert (found.emails, found.ids, found.namespaces) == (
        [f"1@{DOMAIN}"],
        ["46"],
        {"46": {"cursor"}},
    )


def test_an_id_of_two_vendors_is_not_taken_for_one_person(
    company: duckdb.DuckDBPyConnection,
) -> None:
    warehouse = DuckDB(company)
    with undone(warehouse):
        company.execute(
            "insert into raw_gemini.activity_events values ('eve@corp.example', '46', 'docs', 'x')"
        )
        with pytest.raises(AmbiguousSubjectError, match="several people at different vendors"):
            find_subject(warehouse, "46")
        plan = make_plan(warehouse, find_subject(warehouse, f"1@{DOMAIN}"))
        assert not any(one.table == "raw_gemini.activity_events" for one in plan.columns)


def test_an_account_that_is_called_like_a_platform_stops_the_plan(
    company: duckdb.DuckDBPyConnection,
) -> None:
    warehouse = DuckDB(company)
    with pytest.raises(PlanError, match=r"task_executions\.user_id.*a model, a platform"):
        make_plan(warehouse, find_subject(warehouse, "claude_code"))
