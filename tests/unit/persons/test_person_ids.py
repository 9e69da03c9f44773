"""The keyed id of a person: the same for one address however it is written, and nothing that a list of staff undoes."""

import hashlib

import pyarrow as pa
import pytest

from persons.keys import Key
from persons.person_ids import LENGTH, mark, marked, person_id, with_person_ids

KEY, OTHER = Key(b"one key of the tests"), Key(b"another key of the tests")
SCHEMA = pa.schema([("email", pa.string()), ("person_id", pa.string())])


def rows(*addresses: str | None) -> pa.Table:
    return pa.table({"email": list(addresses), "person_id": [None] * len(addresses)}, schema=SCHEMA)


def test_one_address_in_any_case_is_one_person() -> None:
    ada = person_id(KEY, "ada@corp.example")
    assert person_id(KEY, " Ada@Corp.example  ") == ada
    assert len(ada) == LENGTH
    # Two addresses to SQL's lower(), so two people.
    assert person_id(KEY, "strauß@corp.example") != person_id(KEY, "strauss@corp.example")


def test_without_the_key_an_id_is_nobodys() -> None:
    address = "ada@corp.example"
    made = person_id(KEY, address)
    assert made != person_id(OTHER, address)
    for algorithm in ("md5", "sha1", "sha256"):
        for text in (address, f"person id\0{address}"):
            assert hashlib.new(algorithm, text.encode()).hexdigest()[:LENGTH] != made


def test_each_row_gets_the_id_of_its_address_and_no_address_has_none() -> None:
    given = pa.concat_tables(
        [rows("ada@x.example", None, " "), rows("BOB@x.example", "ada@x.example")]
    )
    found = with_person_ids(given, {"person_id": "email"}, KEY)
    assert found.schema == SCHEMA
    ada, bob = person_id(KEY, "ada@x.example"), person_id(KEY, "bob@x.example")
    assert found.column("person_id").to_pylist() == [ada, None, None, bob, ada]


def test_a_table_without_keyed_columns_needs_no_key() -> None:
    assert with_person_ids(rows("ada@x.example"), {}, None) == rows("ada@x.example")
    with pytest.raises(ValueError, match="need a key"):
        with_person_ids(rows("ada@x.example"), {"person_id": "email"}, None)


def test_a_fingerprint_says_which_key_made_the_ids_and_nothing_of_it() -> None:
    assert mark(marked("f1", KEY)) == mark(f"{marked('f2', KEY)}!bad") != mark(marked("f1", OTHER))
    assert mark("f1") == mark("f1!b#d") == ""
