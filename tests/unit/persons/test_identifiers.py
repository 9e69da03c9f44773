"""Where an identifier is found in a text, where it is not, and what stands there afterwards."""

import re

import pytest

from persons.identifiers import (
    Identifier,
    Kind,
    Label,
    Replacement,
    pseudonym,
    tokens,
    with_tokens,
    without_tokens,
)
from privacy.subject import Subject

TOKEN = "erased-0123456789abcdef"
ANNA = Subject(
    emails=["anna.berg@x.example", "aberg@y.example"], ids=["user_01abcdef"], names=["Anna Berg"]
)
WHO = Replacement({TOKEN: ANNA.identifiers()})
MAIL, ALIAS = f"{TOKEN}@erased.invalid", f"{TOKEN}.1@erased.invalid"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna.berg@x.example", MAIL),
        (" Anna.Berg@X.EXAMPLE ", MAIL),
        ("ABERG@y.example", ALIAS),
        ('{"by": "<ANNA.BERG@x.example>, aberg@y.example"}', f'{{"by": "<{MAIL}>, {ALIAS}"}}'),
        ("report-anna.berg@x.example.csv", f"report-{MAIL}.csv"),
        ("report_anna_berg_x_example-2f.csv", f"report_{MAIL}-2f.csv"),
        ("claude_code_key_anna.berg_rqzc", f"claude_code_key_{TOKEN}_rqzc"),
        ("user_01ABCDEF", f"{TOKEN}.id"),
        ("made by Anna  Berg today", f"made by {TOKEN} today"),
        ("anna-berg.csv", f"{TOKEN}.csv"),
        ("anna.berg@x.example anna.berg@x.example", f"{MAIL} {MAIL}"),
        ("eigenname Anna Berg, straße", f"eigenname {TOKEN}, straße"),
    ],
)
def test_what_names_the_person_is_replaced(text: str, expected: str) -> None:
    assert WHO.text(text) == expected
    assert WHO.finds(text)
    assert not WHO.finds(expected)


@pytest.mark.parametrize(
    "text",
    [
        "joanna.berg@x.example",
        "maria.anna.berg@x.example",
        "anna.berg@other.example",
        "anna.berg@x.example2",
        "see maria.aberg@y.example",
        "Joanna Berg",
        "Anna Bergmann",
        "user_01abcdef9",
        "anna",
        "",
        "{}",
    ],
)
def test_what_names_somebody_else_stays(text: str) -> None:
    assert WHO.text(text) == text
    assert not WHO.finds(text)


def test_a_text_that_holds_a_person_holds_a_probe() -> None:
    for text in ("x ANNA_BERG y", "user_01ABCDEF", "<Aberg@Y.example>"):
        assert any(re.search(probe, text.lower()) for probe in WHO.probes)


def test_a_name_under_which_things_are_found_again_is_the_same_for_everybody() -> None:
    assert WHO.text("spend_anna.berg_x.csv", constant=True) == "spend_erased_x.csv"


def test_pseudonyms_are_told_apart_only_by_their_core() -> None:
    other = "erased-ffffffffffffffff"
    line = f'{{"a": "{MAIL}", "b": "{other}.id"}}'
    assert tokens(line) == [TOKEN, other]
    assert without_tokens(line) == '{"a": "erased@erased.invalid", "b": "erased.id"}'
    assert with_tokens(line, {TOKEN: other}) == line.replace(TOKEN, other)


def test_hashes_of_an_address_are_replaced_too() -> None:
    digest = "0d6e1ee6bd0a9ae4ee1f3f0a1b1d8d33"
    who = Replacement({TOKEN: [Identifier(Label(Kind.HASH), digest)]})
    assert who.text(digest) == pseudonym(Label(Kind.HASH), TOKEN)


@pytest.mark.parametrize("text", ["@@@", "...", "_", "\x80\x81\x82"])
def test_what_has_no_letter_or_digit_is_found_nowhere(text: str) -> None:
    who = Replacement({TOKEN: Subject(emails=[text], ids=[text], names=[text]).identifiers()})
    assert not who.finds(f"anna {text}")
    assert not who.finds(text)
    assert "" not in who.probes
