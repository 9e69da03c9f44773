"""Who a person is, found through raw tables: aliases, accounts and names, and where that must stop."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from privacy.subject import AmbiguousSubjectError, Subject, UnusableSubjectError, find_subject
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


@pytest.mark.parametrize("given", ["nobody@x.example", "0d6e1ee6-bd0a-9ae4-ee1f-3f0a1b1d8d33"])
def test_an_unknown_person_has_what_was_given(held: duckdb.DuckDBPyConnection, given: str) -> None:
    found = _found(held, given)
    assert not found
    assert [one.text for one in found.identifiers()] == [given]


@pytest.mark.parametrize(
    "given",
    ["anna", "Anna Berg", "org-01", "2024-01-01", "17", "berg", "x.example", "@x.example", ""],
)
def test_a_word_is_nobody_and_is_refused(held: duckdb.DuckDBPyConnection, given: str) -> None:
    with pytest.raises(UnusableSubjectError, match="Ask again with an e-mail"):
        _found(held, given)


def test_who_is_only_mentioned_is_held_by_no_row(held: duckdb.DuckDBPyConnection) -> None:
    held.execute("update raw_sheets.people set manager_email = 'boss@x.example'")
    assert not _found(held, "boss@x.example")


def test_a_tag_is_the_mailbox_unless_the_sheet_lists_it(held: duckdb.DuckDBPyConnection) -> None:
    tag = "anna.berg+cursor@x.example"
    held.execute(f"insert into raw_cursor.team_members values ('user_03', '{tag}', null)")
    assert {tag, ANNA} <= set(_found(held, ANNA).emails)
    assert "user_03" in _found(held, ANNA).ids
    held.execute(f"insert into raw_sheets.people values ('{tag}', null, 'Somebody Else', null)")
    found = _found(held, ANNA)
    assert tag not in found.emails
    assert tag in found.others
    assert _found(held, tag).emails == [tag]


def test_a_cell_of_several_addresses_joins_nobody(held: duckdb.DuckDBPyConnection) -> None:
    held.execute(
        f"insert into raw_cursor.team_members values ('user_04', '{ANNA}, bob.holm@x.example', null)"
    )
    assert "user_04" not in _found(held, ANNA).ids
    held.execute(
        f"insert into raw_cursor.team_members values ('user_05', 'samlp|okta|{ANNA}', null)"
    )
    assert "user_05" in _found(held, ANNA).ids


def test_a_shared_alias_is_refused_without_a_name(held: duckdb.DuckDBPyConnection) -> None:
    held.execute(f"update raw_sheets.people set aliases = '{ALIAS}' where name = 'Bob Holm'")
    with pytest.raises(AmbiguousSubjectError) as caught:
        _found(held, ANNA)
    assert "anna" not in str(caught.value).lower()


def test_a_name_that_somebody_else_bears_is_set_apart(held: duckdb.DuckDBPyConnection) -> None:
    held.execute("update raw_sheets.people set name = 'ANNA BERG' where name = 'Anna Wolf'")
    found = _found(held, ANNA)
    assert (found.names, sorted(found.shared_names)) == ([], ["A. B.", "Anna Berg"])


def test_a_key_carries_a_person_whose_local_part_nobody_else_has(
    held: duckdb.DuckDBPyConnection,
) -> None:
    held.execute("create schema raw_anthropic")
    held.execute("create table raw_anthropic.api_keys (id varchar, name varchar)")
    held.execute(
        "insert into raw_anthropic.api_keys values ('1', 'Claude_Code_Key_anna.berg_rqzc'),"
        " ('2', 'claude_code_key_bob.holm_abcd'), ('3', 'anna.berg'), ('4', 'claude_code_key_anna.old_x1')"
    )
    assert _found(held, ANNA).keys == [
        "claude_code_key_anna.berg_rqzc",
        "claude_code_key_anna.old_x1",
    ]
    held.execute(
        "insert into raw_cursor.team_members values ('user_09', 'Anna.Berg@other.example', 'Else')"
    )
    assert _found(held, ANNA).keys == ["claude_code_key_anna.old_x1"]


def test_an_id_is_followed_in_its_own_namespace(held: duckdb.DuckDBPyConnection) -> None:
    held.execute("create schema raw_gemini")
    held.execute(
        "create table raw_gemini.activity_events (actor_email varchar, actor_profile_id varchar)"
    )
    held.execute(f"insert into raw_cursor.team_members values ('17', '{ANNA}', null)")
    held.execute("insert into raw_gemini.activity_events values ('bob.holm@x.example', '17')")
    found = _found(held, ANNA)
    assert "bob.holm@x.example" not in found.emails
    assert found.namespaces["17"] == {"cursor"}
    with pytest.raises(AmbiguousSubjectError, match="several people at different vendors"):
        _found(held, "17")
