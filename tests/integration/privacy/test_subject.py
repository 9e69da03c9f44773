"""Who a person is, found through raw tables: aliases, accounts and names, and where that must stop."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from persons.identifiers import Kind
from privacy.subject import AmbiguousSubjectError, Subject, find_subject
from warehouse.duckdb import DuckDB

ANNA, ALIAS, OLD = "anna.berg@x.example", "aberg@y.example", "anna.old@x.example"


@pytest.fixture
def held(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("create schema raw_sheets; create schema raw_cursor")
        connection.execute(
            "create table raw_sheets.people (email varchar, aliases varchar, name varchar, manager_email varchar)"
        )
        connection.execute(
            "create table raw_cursor.team_members (id varchar, email varchar, name varchar)"
        )
        connection.execute(
            f"insert into raw_sheets.people values (' Anna.Berg@X.example ', 'ABerg@y.example; {OLD}', 'Anna  Berg', null),"
            f" ('bob.holm@x.example', '', 'Bob Holm', '{ANNA}'), ('joanna.berg@x.example', null, 'Anna Wolf', null)"
        )
        connection.execute(
            f"insert into raw_cursor.team_members values ('user_01Anna', '{ALIAS}', 'Anna Berg'),"
            " ('user_02', 'bob.holm@x.example', 'Bob Holm'), ('user_01Anna', 'renamed@z.example', 'A. B.')"
        )
        yield connection


def _found(held: duckdb.DuckDBPyConnection, given: str) -> Subject:
    return find_subject(DuckDB(held), given)


@pytest.mark.parametrize(
    "given", [ANNA, " ANNA.Berg@x.example", ALIAS, OLD, "USER_01anna", "renamed@z.example"]
)
def test_every_identifier_leads_to_all_of_them(held: duckdb.DuckDBPyConnection, given: str) -> None:
    found = _found(held, given)
    assert set(found.emails) == {ANNA, ALIAS, OLD, "renamed@z.example"}
    assert found.ids == ["user_01anna"]
    # Initials name nobody for certain: they go in the person's own rows only.
    assert (found.names, found.shared_names) == (["Anna Berg"], ["A. B."])


def test_a_manager_is_not_taken_for_the_person(held: duckdb.DuckDBPyConnection) -> None:
    assert _found(held, "bob.holm@x.example").emails == ["bob.holm@x.example"]


def test_an_unknown_person_has_no_identifiers(held: duckdb.DuckDBPyConnection) -> None:
    assert not _found(held, "nobody@x.example")
    assert _found(held, "nobody@x.example").identifiers() == []


def test_a_shared_alias_is_refused_without_a_name(held: duckdb.DuckDBPyConnection) -> None:
    held.execute(f"update raw_sheets.people set aliases = '{ALIAS}' where name = 'Bob Holm'")
    with pytest.raises(AmbiguousSubjectError) as caught:
        _found(held, ANNA)
    assert "anna" not in str(caught.value).lower()


def test_a_name_that_somebody_else_bears_is_set_apart(held: duckdb.DuckDBPyConnection) -> None:
    held.execute("update raw_sheets.people set name = 'ANNA BERG' where name = 'Anna Wolf'")
    found = _found(held, ANNA)
    assert (found.names, sorted(found.shared_names)) == ([], ["A. B.", "Anna Berg"])


def test_what_stands_before_the_at_names_nobody_when_two_have_it(
    held: duckdb.DuckDBPyConnection,
) -> None:
    def locals_of() -> set[str]:
        found = _found(held, ANNA).identifiers()
        return {one.text for one in found if one.label.kind is Kind.LOCAL}

    assert locals_of() == {"anna.berg", "anna.old", "renamed"}
    held.execute(
        "insert into raw_cursor.team_members values ('user_09', 'Anna.Berg@other.example', 'Else')"
    )
    assert locals_of() == {"anna.old", "renamed"}
