"""The list of people who must not come back: what it keeps, what it does, when it refuses."""

import stat
from pathlib import Path

import pyarrow as pa
import pytest

from persons.identifiers import tokens
from persons.suppression import (
    LIST_FILE,
    SuppressionError,
    read_suppression,
    suppress,
)
from privacy.subject import Subject

KEY = "k" * 40
ANNA = Subject(emails=["anna.berg@x.example", "aberg@y.example"], ids=["user_01abc"])
BOB = Subject(emails=["bob.holm@x.example"])


@pytest.fixture
def state(tmp_path: Path) -> Path:
    for person in (ANNA, BOB):
        suppress(tmp_path, KEY, person.identifiers())
    return tmp_path


def test_the_list_holds_neither_an_identifier_nor_a_pseudonym(state: Path) -> None:
    path = state / LIST_FILE
    text = path.read_text(encoding="utf-8")
    for word in ("anna", "berg", "x.example", "user_01abc", "erased-"):
        assert word not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_list_looks_at_nothing(tmp_path: Path) -> None:
    rows = pa.table({"email": ["anna.berg@x.example"]})
    none = read_suppression(tmp_path, None)
    assert not none
    assert none.table(rows) is rows
    assert none.with_known_pseudonyms(rows) is rows
    assert list(tmp_path.iterdir()) == []  # not even a key is made


def test_people_get_pseudonyms_that_keep_them_apart_and_together(state: Path) -> None:
    rows = pa.table(
        {
            "email": [
                "Anna.Berg@X.example",
                "ABERG@y.example",
                "bob.holm@x.example",
                "eve@x.example",
                None,
            ],
            "note": ['{"by": "anna.berg@x.example"}', None, "user_01ABC", "Anna", ""],
            "n": [1, 2, 3, 4, 5],
        }
    )
    found = read_suppression(state, KEY).table(rows)
    email, note = found.column("email").to_pylist(), found.column("note").to_pylist()
    (anna,), (bob,) = tokens(email[0]), tokens(email[2])
    assert anna != bob
    assert email == [
        f"{anna}@erased.invalid",
        f"{anna}.1@erased.invalid",
        f"{bob}@erased.invalid",
        "eve@x.example",
        None,
    ]
    assert note == [f'{{"by": "{anna}@erased.invalid"}}', None, f"{anna}.id", "Anna", ""]
    assert found.column("n") == rows.column("n")
    assert found.schema == rows.schema


def test_a_pseudonym_of_one_run_is_not_that_of_the_next(state: Path) -> None:
    first, second = (read_suppression(state, KEY).text("bob.holm@x.example") for _ in range(2))
    assert tokens(first) != tokens(second)


def test_only_the_columns_that_are_named_are_looked_at(state: Path) -> None:
    rows = pa.table({"user_id": ["user_01abc"], "task_id": ["user_01abc"]})
    found = read_suppression(state, KEY).table(rows, only=("user_id",))
    assert tokens(found.column("user_id")[0].as_py())
    assert found.column("task_id").to_pylist() == ["user_01abc"]


def test_the_name_beside_an_erased_address_goes_even_if_others_bear_it(state: Path) -> None:
    rows = pa.table(
        {
            "email": ["anna.berg@x.example", "anna.other@x.example"],
            "name": ["Anna Berg", "Anna Berg"],
            "manager_email": ["eve@x.example", "anna.berg@x.example"],
        }
    )
    found = read_suppression(state, KEY).table(rows).column("name").to_pylist()
    assert tokens(found[0])
    assert found[1] == "Anna Berg"


def test_settled_pseudonyms_replace_fresh_ones(state: Path) -> None:
    found = read_suppression(state, KEY)
    fresh = found.text("bob.holm@x.example")
    found.known[tokens(fresh)[0]] = "erased-0123456789abcdef"
    rows = found.with_known_pseudonyms(pa.table({"email": [fresh, "eve@x.example", None]}))
    assert rows.column("email").to_pylist() == [
        "erased-0123456789abcdef@erased.invalid",
        "eve@x.example",
        None,
    ]


def test_more_identifiers_of_a_known_person_join_the_person(state: Path) -> None:
    more = Subject(emails=[*ANNA.emails, "a.berg-new@x.example"])
    assert suppress(state, KEY, more.identifiers()) > 0
    found = read_suppression(state, KEY)
    assert tokens(found.text("a.berg-new@x.example")) == tokens(found.text("aberg@y.example"))
    assert suppress(state, KEY, more.identifiers()) == 0


def test_another_key_is_refused_because_people_would_come_back(state: Path) -> None:
    with pytest.raises(SuppressionError, match="not the key"):
        read_suppression(state, "z" * 40)


def test_a_damaged_list_is_refused(state: Path) -> None:
    (state / LIST_FILE).write_text("{}", encoding="utf-8")
    with pytest.raises(SuppressionError, match="damaged"):
        read_suppression(state, KEY)
