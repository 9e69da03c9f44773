"""Where an address stands in a text, in every written form; where another one does."""

import json

import pytest

from persons.identifiers import tokens
from persons.matching import Replacement
from persons.written import address_key, bare, is_address
from privacy.pattern import Pattern
from privacy.subject import Subject
from tests.written_forms import ADDRESS, FORMS

TOKEN = "erased-0123456789abcdef"
WHO = Subject(emails=[ADDRESS], others={"key-" + ADDRESS, "joanna@x.example"})
REPLACED, SEARCHED = Replacement({TOKEN: WHO.identifiers()}), Pattern(WHO.identifiers())
PLAIN = "anna@x.example"
ANNA = Subject(emails=[PLAIN])


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_replaced_whole_and_the_search_sees_it(form: str) -> None:
    for address in (ADDRESS, PLAIN):
        who = Subject(emails=[address]).identifiers()
        replaced, searched = Replacement({TOKEN: who}), Pattern(who)
        text = FORMS[form](address)
        instead = replaced.text(text)
        assert instead != text
        assert searched.count(text)
        assert searched.in_bytes(f"x\n{text}\ny".encode())
        assert not searched.count(instead)
        assert not replaced.finds(instead)
        assert replaced.text(instead) == instead


@pytest.mark.parametrize("form", [form for form in FORMS if "base64" not in form and "packed" not in form and "token" not in form])  # fmt: skip
def test_the_pseudonym_stands_in_its_place(form: str) -> None:
    assert set(tokens(REPLACED.text(FORMS[form](ADDRESS)))) == {TOKEN}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_another_address_is_touched(form: str) -> None:
    replaced, searched = Replacement({TOKEN: ANNA.identifiers()}), Pattern(ANNA.identifiers())
    for other in (
        "joanna@x.example",
        "maria.anna@x.example",
        "anna@x.example.org",
        "anna@y.example",
        "eve@x.example",
    ):
        if form == "file's name of letters" and other in (
            "maria.anna@x.example",
            "anna@x.example.org",
        ):
            continue  # its dot is a separator like any other: only whom somebody holds is told apart
        text = FORMS[form](other)
        assert replaced.text(text) == text
        assert not searched.count(text)


@pytest.mark.parametrize("form", FORMS)
def test_what_somebody_else_holds_is_theirs(form: str) -> None:
    other = "key-anna@x.example"
    text = FORMS[form](other)
    assert Replacement({TOKEN: ANNA.identifiers()}, {other}).text(text) == text
    assert not Pattern(ANNA.identifiers(), {other}).count(text)


def test_the_mailbox_of_a_tag_is_the_person_s_unless_somebody_holds_it() -> None:
    text = "anna+bob@x.example"
    assert tokens(Replacement({TOKEN: ANNA.identifiers()}).text(text)) == [TOKEN]
    assert Replacement({TOKEN: ANNA.identifiers()}, {text}).text(text) == text
    tagged = Replacement({TOKEN: Subject(emails=[text]).identifiers()})
    assert tagged.text("anna@x.example anna+eve@x.example") == "anna@x.example anna+eve@x.example"


def test_domains_are_the_same_in_letters_and_in_code() -> None:
    who = Replacement({TOKEN: Subject(emails=["anna@münchen.example"]).identifiers()})
    assert tokens(who.text("to anna@xn--mnchen-3ya.example now")) == [TOKEN]


@pytest.mark.parametrize(
    "text", ["anna@x.example", "o'brien@x.example", "a_b-c.d+e@sub.x.example", "ádá@corp.example", "2024-01-01@x.example", "anna.old@x.md", "x.csv@y.py"]
)  # fmt: skip
def test_a_plain_address(text: str) -> None:
    assert is_address(text)
    assert address_key(f" {text.upper()} ") == address_key(text)


@pytest.mark.parametrize(
    "text",
    ["anna", "@x.example", "anna@", "x@y", "a@b.c", "anna@x.example-laptop", "spend_anna@x.example.csv", "请anna@x.example", "auth0|anna@x.example", "a b@x.example", "anna@x.2024"],
)  # fmt: skip
def test_no_plain_address(text: str) -> None:
    assert not is_address(text)


def test_what_an_address_is_wrapped_in() -> None:
    for text in (
        " <anna@x.example>, ",
        '"mailto:anna@x.example"',
        "(anna@x.example).",
        "'anna@x.example'",
    ):
        assert bare(text) == "anna@x.example"


def test_a_long_text_of_escapes_takes_no_long_time() -> None:
    text = "%2525%40&#64;\\u0040" * 2_000 + "a@b" * 2_000
    assert REPLACED.text(text) == text


@pytest.mark.parametrize("form", FORMS)
def test_a_long_text_is_read_where_somebody_may_stand(form: str) -> None:
    for address in (ADDRESS, PLAIN):
        who = Subject(emails=[address], names=["Anna Berg"]).identifiers()
        replaced = Replacement({TOKEN: who})
        filling = "{'a': [1, 'b.c-d_e'], 'f': 'g/h'} " * 400
        text = f"{filling} {FORMS[form](address)} {filling}"
        instead = replaced.text(text)
        assert instead.startswith(filling)
        assert instead.endswith(filling)
        assert instead == f"{filling} {replaced.text(FORMS[form](address))} {filling}"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found_in_json_and_in_json_in_json(form: str) -> None:
    for address in (ADDRESS, PLAIN):
        who = Subject(emails=[address]).identifiers()
        replaced, searched = Replacement({TOKEN: who}), Pattern(who)
        one = json.dumps({"of": [FORMS[form](address)]})
        for text in (
            one,
            json.dumps({"of": [FORMS[form](address)]}, ensure_ascii=False),
            json.dumps({"a": one}),
        ):
            instead = replaced.text(text)
            assert instead != text
            assert searched.count(text)
            assert not searched.count(instead)
            json.loads(instead)
