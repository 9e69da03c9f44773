"""Ids of people, made when the people sheet lands: they stay as long as the key does, and say so when it does not."""

from pathlib import Path

import duckdb

from persons.keys import load_key
from persons.person_ids import person_id
from tests.integration.extract.harness import Bench
from tests.worlds.people import ADA, BOB

OTHER_KEY = {"PRIVACY_KEY": "another key, which is also long enough to be one"}


def ids(bench: Bench) -> dict[str, str]:
    return dict(bench.rows("select email, person_id from raw_sheets.people"))


def test_a_person_keeps_the_id_when_the_row_changes(filled: Bench) -> None:
    key = load_key(Path(filled.env["STATE_DIR"]), None)
    assert ids(filled) == {ADA: person_id(key, ADA)}
    filled.world.sheets["people"][1][2] = "Another Name"
    filled.world.sheets["people"] += [[BOB], ["", "", "Whoever"]]
    assert filled.load("sheets").code == 0
    assert ("Another Name",) in filled.rows("select name from raw_sheets.people")
    assert ids(filled) == {ADA: person_id(key, ADA), BOB: person_id(key, BOB), "": None}


def test_with_another_key_the_people_sheet_is_not_loaded_and_all_else_is(filled: Bench) -> None:
    before = ids(filled)
    filled.world.sheets["people"] += [[BOB]]
    filled.world.sheets["seats"] += [["cursor", "cursor", "team", ADA, "40", "", ""]]
    loaded = filled.load("sheets", env=OTHER_KEY)
    assert loaded.code == 5
    assert "sheets.people: not loaded, because the key of this run" in loaded.text
    assert "--accept-new-person-ids" in loaded.text
    assert ids(filled) == before
    assert filled.rows("select email from raw_sheets.seats") == [(ADA,)]
    # Also when nothing else is new: nobody shall notice in a year.
    del filled.world.sheets["people"][-1]
    assert filled.load("sheets", env=OTHER_KEY).code == 5


def test_the_key_of_before_is_all_that_it_takes(filled: Bench) -> None:
    filled.world.sheets["people"] += [[BOB]]
    filled.load("sheets", env=OTHER_KEY)
    assert filled.load("sheets").code == 0
    assert set(ids(filled)) == {ADA, BOB}


def test_new_ids_are_accepted_once_and_everybody_gets_one(filled: Bench) -> None:
    before = ids(filled)
    assert filled.load("sheets", env=OTHER_KEY, accept_new_person_ids=True).code == 0
    after = ids(filled)
    assert after.keys() == before.keys()
    assert after[ADA] != before[ADA]
    assert filled.load("sheets", env=OTHER_KEY).code == 0
    assert ids(filled) == after


def test_rows_of_a_version_without_ids_get_them_though_the_sheet_cannot_be_read(
    filled: Bench,
) -> None:
    before = ids(filled)
    with duckdb.connect(filled.env["DUCKDB_PATH"]) as connection:
        connection.execute("alter table raw_sheets.people drop column person_id")
        connection.execute(
            "update raw_sheets.loaded_partitions set content_hash = split_part(content_hash, '#', 1)"
        )
    filled.server.fail("endpoint=sheets.values kind=http_429_no_retry_after")
    assert filled.load("sheets").code == 5
    assert ids(filled) == before
    filled.server.fail()
    assert filled.load("sheets").code == 0
    assert ids(filled) == before


def test_a_sheet_that_is_off_leaves_nobody_without_an_id(filled: Bench) -> None:
    before = ids(filled)
    with duckdb.connect(filled.env["DUCKDB_PATH"]) as connection:
        connection.execute("update raw_sheets.people set person_id = null")
    assert filled.load("cursor", create_others=True).code == 0
    assert ids(filled) == before
