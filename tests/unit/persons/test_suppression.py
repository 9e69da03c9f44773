"""The list of people who must not come back: what it keeps, what it does, when it refuses."""

import json
import stat
from pathlib import Path

import pyarrow as pa
import pytest

from persons.identifiers import tokens
from persons.keys import load_key
from persons.suppression import (
    LIST_FILE,
    Suppression,
    SuppressionError,
    read_suppression,
    suppress,
    withdraw,
)
from privacy.subject import Subject
from tests.written_forms import ADDRESS, FORMS

KEY = "k" * 40
ID = "user_01abcdefghijklmnopqrst"
ANNA = Subject(
    emails=["anna.berg@x.example", "aberg@y.example"],
    ids=[ID, "17"],
    names=["Anna Berg"],
    namespaces={"17": {"cursor"}},
)
BOB = Subject(
    emails=["bob.holm@x.example"], others={"jobob.holm@x.example", "key-bob.holm@x.example"}
)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    for person in (ANNA, BOB):
        suppress(tmp_path, KEY, person.identifiers(), person.others)
    return tmp_path


def _of(state: Path, source: str) -> Suppression:
    return read_suppression(state, KEY).of_source(source)


def test_the_list_holds_neither_an_identifier_nor_a_pseudonym(state: Path) -> None:
    path = state / LIST_FILE
    text = path.read_text(encoding="utf-8")
    for word in ("anna", "berg", "x.example", "user_01abc", "erased-", "cursor"):
        assert word not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_list_looks_at_nothing(tmp_path: Path) -> None:
    rows = pa.table({"email": ["anna.berg@x.example"]})
    none = read_suppression(tmp_path, None)
    assert not none
    assert none.table("users", rows) is rows
    assert none.with_known_pseudonyms(rows) is rows
    assert none.text("anna.berg@x.example") == "anna.berg@x.example"
    assert list(tmp_path.iterdir()) == []  # not even a key is made


def test_people_get_pseudonyms_that_keep_them_apart_and_together(state: Path) -> None:
    rows = pa.table(
        {
            "email": ["Anna.Berg@X.example", "ABERG@y.example", "bob.holm@x.example", "eve@x.example", None],
            "unknown_fields": ['{"by": "anna.berg@x.example"}', None, f"see {ID.upper()}", "Anna", ""],
            "n": [1, 2, 3, 4, 5],
        }
    )  # fmt: skip
    found = _of(state, "anthropic").table("users", rows)
    email, note = found.column("email").to_pylist(), found.column("unknown_fields").to_pylist()
    (anna,), (bob,) = tokens(email[0]), tokens(email[2])
    assert anna != bob
    assert email == [
        f"{anna}@erased.invalid",
        f"{anna}.1@erased.invalid",
        f"{bob}@erased.invalid",
        "eve@x.example",
        None,
    ]
    assert note == [f'{{"by": "{anna}@erased.invalid"}}', None, f"see {anna}.id", "Anna", ""]
    assert found.column("n") == rows.column("n")
    assert found.schema == rows.schema


def test_a_column_that_is_not_marked_personal_is_searched_for_addresses(state: Path) -> None:
    rows = pa.table(
        {
            "model": ["claude-sonnet-5", "bob.holm%40x.example", "bob", "17", ID],
            "directory_group_id": ["auth0|bob.holm@x.example", "key-bob.holm@x.example", "jobob.holm@x.example", "Anna Berg", ""],
        }
    )  # fmt: skip
    found = _of(state, "cursor").table("groups", rows)
    models, groups = (found.column(name).to_pylist() for name in rows.schema.names)
    (bob,) = tokens(models[1])
    assert models == ["claude-sonnet-5", f"{bob}@erased.invalid", "bob", "17", ID]
    assert groups == [f"auth0|{bob}@erased.invalid", *rows.column(1).to_pylist()[1:]]


def test_an_id_is_suppressed_in_its_own_namespace(state: Path) -> None:
    rows = pa.table({"user_id": ["17", ID]})
    own = _of(state, "cursor").table("daily_usage", rows).column("user_id").to_pylist()
    assert all(map(tokens, own))
    other = _of(state, "claude_ai").table("daily_users", rows).column("user_id").to_pylist()
    assert other[0] == "17"
    assert tokens(other[1])


def test_every_written_form_of_an_address_is_suppressed(tmp_path: Path) -> None:
    suppress(tmp_path, KEY, Subject(emails=[ADDRESS]).identifiers())
    found = _of(tmp_path, "cursor")
    texts = [form(ADDRESS) for form in FORMS.values()]
    rows = pa.table({"unknown_fields": texts, "conversation_id": texts})
    for column in found.table("usage_events", rows).columns:
        assert [text for text in column.to_pylist() if text in texts] == []


def test_who_is_taken_off_the_list_lands_again(state: Path) -> None:
    n_before = len(read_suppression(state, KEY).entries)
    assert withdraw(state, KEY, "eve@x.example") == 0
    n_withdrawn = withdraw(state, KEY, " ABerg@Y.example ")
    found = read_suppression(state, KEY)
    assert (n_withdrawn > 5, len(found.entries)) == (True, n_before - n_withdrawn)
    for text in (*ANNA.emails, ID):
        assert found.text(text) == text
    assert tokens(found.text("bob.holm@x.example"))
    assert withdraw(state, KEY, "bob.holm@x.example") > 0
    assert not read_suppression(state, KEY)
    assert withdraw(state, KEY, "bob.holm@x.example") == 0


@pytest.mark.parametrize("given", [ID, "17"])
def test_a_person_is_taken_off_by_an_id_too(state: Path, given: str) -> None:
    assert withdraw(state, KEY, given) > 5
    assert read_suppression(state, KEY).text(ANNA.emails[0]) == ANNA.emails[0]


def test_a_list_of_earlier_versions_is_still_a_list(tmp_path: Path) -> None:
    key = load_key(tmp_path, KEY)
    held = (("email", "anna.berg@x.example", 4), ("email", "anna berg x example", 4), ("id", ID, 2), ("name", "anna berg", 2), ("local", "claude", 1))  # fmt: skip
    content = {
        "key_check": key.digest("check", "this is the key of the list"),
        "entries": [
            {"hmac": key.digest("suppression", text), "person": "p", "kind": kind, "number": 0, "size": size}
            for kind, text, size in held
        ],
    }  # fmt: skip
    (tmp_path / LIST_FILE).write_text(json.dumps(content), encoding="utf-8")
    found = _of(tmp_path, "cursor")
    for text in ("anna.berg@x.example", "spend_anna_berg_x_example.csv", ID):
        assert tokens(found.cell(text, "mention")), text
    # What stands before an @ is not looked for any more, whatever earlier versions wrote down.
    assert found.cell("claude-sonnet-5 of claude", "mention") == "claude-sonnet-5 of claude"
    assert withdraw(tmp_path, KEY, "anna.berg@x.example") == 4


def test_a_pseudonym_of_one_run_is_not_that_of_the_next(state: Path) -> None:
    first, second = (read_suppression(state, KEY).text("bob.holm@x.example") for _ in range(2))
    assert tokens(first) != tokens(second)


def test_the_name_beside_an_erased_address_goes_even_if_others_bear_it(state: Path) -> None:
    rows = pa.table(
        {
            "email": ["anna.berg@x.example", "anna.other@x.example"],
            "name": ["Anna Berg", "Anna Berg"],
            "manager_email": ["eve@x.example", "anna.berg@x.example"],
        }
    )
    found = _of(state, "sheets").table("people", rows).column("name").to_pylist()
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
