"""What is looked for in which kind of column, where it stays, and what stands there afterwards."""

import re

import pytest

from persons.identifiers import (
    KEY_NAME,
    ColumnKind,
    Identifier,
    Kind,
    Label,
    is_well_formed,
    tokens,
    with_tokens,
    without_tokens,
)
from persons.matching import Replacement
from privacy.subject import Subject

TOKEN = "erased-0123456789abcdef"
ID, SHORT = "user_01uhustgpgjxefg8ytcxlfvb", "17"
ANNA = Subject(
    emails=["anna.berg@x.example", "aberg@y.example"],
    ids=[ID, SHORT],
    names=["Anna Berg"],
    namespaces={SHORT: {"cursor"}},
    keys=["claude_code_key_aberg_rqzc"],
    others={"key-anna.berg@x.example", "joanna.berg@x.example", "anna.berg+team@x.example"},
)
WHO = Replacement({TOKEN: ANNA.identifiers()}, ANNA.others)
MAIL, ALIAS = f"{TOKEN}@erased.invalid", f"{TOKEN}.1@erased.invalid"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("email", " Anna.Berg@X.EXAMPLE ", MAIL),
        ("email", "<ABERG@y.example>", f"<{ALIAS}>"),
        ("email", "samlp|okta|aberg@y.example", f"samlp|okta|{ALIAS}"),
        ("email", "anna.berg+cursor@x.example", MAIL),
        ("aliases", "aberg@y.example; eve@x.example", f"{ALIAS}; eve@x.example"),
        ("aliases", f"eve@x.example,{ID.upper()}", f"eve@x.example,{TOKEN}.id"),
        ("id", ID.upper(), f"{TOKEN}.id"),
        ("id", SHORT, f"{TOKEN}.id.1"),
        ("mention_id", SHORT, f"{TOKEN}.id.1"),
        ("id", "auth0|aberg@y.example", f"auth0|{ALIAS}"),
        ("mention", '{"by": "<ANNA.BERG@x.example>, aberg@y.example"}', f'{{"by": "<{MAIL}>, {ALIAS}"}}'),
        ("mention", f'{{"id": "{ID}"}}', f'{{"id": "{TOKEN}.id"}}'),
        ("mention", "see claude_code_key_aberg_RQZC", f"see claude_code_key_{TOKEN}.1_RQZC"),
        ("label", "claude_code_key_aberg_rqzc", f"claude_code_key_{TOKEN}.1_rqzc"),
        ("label", "prod_key-aberg@y.example", f"prod_key-{ALIAS}"),
        ("file", "report-anna.berg@x.example.csv", "report-erased.csv"),
        ("file", "report_anna_berg_x_example-2f.csv", "report_erased-2f.csv"),
        ("mention", "aberg@y.example aberg@y.example", f"{ALIAS} {ALIAS}"),
        ("name", "aberg@y.example", ALIAS),
        ("mention", "ask Anna  Berg <aberg@y.example>", f"ask {TOKEN} <{ALIAS}>"),
        ("mention", 'to "Anna Berg" (aberg@y.example), Anna Berg', f'to "{TOKEN}" ({ALIAS}), Anna Berg'),
    ],
)  # fmt: skip
def test_what_names_the_person_is_replaced(kind: str, text: str, expected: str) -> None:
    assert WHO.cell(text, kind, "cursor") == expected
    assert WHO.cell(expected, kind, "cursor") == expected


@pytest.mark.parametrize("kind", ColumnKind)
@pytest.mark.parametrize(
    "text",
    [
        "anna",
        "anna.berg",
        "berg",
        "aberg",
        "anna.berg@other.example",
        "anna.berg@x.example2",
        "anna.berg@x.example.org",
        "joanna.berg@x.example",
        "maria.anna.berg@x.example",
        "list+anna.berg@x.example",
        "key-anna.berg@x.example",
        "prod_key-anna.berg@x.example",
        "anna.berg+team@x.example",
        "see maria.aberg@y.example",
        "key_anna_berg_x_example.csv",
        "claude_code_key_aberg_other",
        "claude_code_key_anna.berg_rqzc",
        f"{ID}9",
        "a17",
        "2017-17-17",
        '{"n": 17}',
        "Joanna Berg",
        "Anna Bergmann",
        "x.example",
        "",
        "{}",
        "@",
        "\\u0040 %40 &#64;",
    ],
)
def test_what_names_somebody_else_or_nobody_stays(kind: str, text: str) -> None:
    assert WHO.cell(text, kind, "cursor") == text
    assert WHO.cell(text, kind, "gemini") == text


def test_an_id_is_the_person_s_in_its_own_namespace_only() -> None:
    assert WHO.cell(SHORT, "id", "gemini") == SHORT
    assert WHO.cell(SHORT, "label", "cursor") == SHORT
    assert WHO.cell(ID, "id", "gemini") == f"{TOKEN}.id"  # nobody has it by chance


def test_names_go_in_the_person_s_rows_only() -> None:
    for text in ("Anna Berg", "ANNA  BERG", "A. B.", "Anna"):
        assert WHO.cell(text, "name") == text
        assert WHO.cell(text, "name", owner=TOKEN) == TOKEN
    assert WHO.cell("by Anna  Berg today", "mention") == "by Anna  Berg today"
    assert WHO.cell("by Anna  Berg today", "mention", owner=TOKEN) == f"by {TOKEN} today"
    for text in ("anna-berg-5", "anna_berg", "Anna Bergmann", "Joanna Berg", "model anna.berg"):
        assert WHO.cell(text, "mention", owner=TOKEN) == text
    # A name never goes where rows are joined by what stands there.
    assert WHO.cell("Anna Berg", "label", owner=TOKEN) == "Anna Berg"


def test_whose_row_it_is_says_a_cell_of_one_person() -> None:
    assert WHO.owner([("Anna.Berg@x.example", "email", "")]) == TOKEN
    assert WHO.owner([("samlp|aberg@y.example", "email", ""), ("9", "id", "cursor")]) == TOKEN
    assert WHO.owner([(SHORT, "id", "gemini"), ("anna.berg@x.example", "mention", "")]) is None
    assert WHO.owner([("aberg@y.example, eve@x.example", "email", "")]) is None


@pytest.mark.parametrize(
    "text",
    ["0d6e1ee6-bd0a-9ae4-ee1f-3f0a1b1d8d33", ID, "USER_01UhUSTGpGJXEFG8yTCXLFvB", "114193203940292334426", "00u1a2b3c4d5e6f7g8h9"],
)  # fmt: skip
def test_an_id_that_nobody_has_by_chance(text: str) -> None:
    assert is_well_formed(text)


@pytest.mark.parametrize(
    "text",
    ["org-01", "user-0082", "claude-sonnet-4-5-20250929", "claude_code", "2024-01-01", "1700000000000", "engineering", "anna_berg", "org_engineering_platform", "a" * 32, "17"],
)  # fmt: skip
def test_a_word_a_number_or_a_model_is_no_such_id(text: str) -> None:
    assert not is_well_formed(text)


def test_a_text_that_holds_a_person_holds_a_probe() -> None:
    for text in (
        "x ANNA_BERG@x.example y",
        ID.upper(),
        "<Aberg@Y.example>",
        "anna.berg+x@x.example",
    ):
        assert any(re.search(probe, text.lower()) for probe in WHO.probes)


def test_pseudonyms_are_told_apart_only_by_their_core() -> None:
    other = "erased-ffffffffffffffff"
    line = f'{{"a": "{MAIL}", "b": "{other}.id"}}'
    assert tokens(line) == [TOKEN, other]
    assert without_tokens(line) == '{"a": "erased@erased.invalid", "b": "erased.id"}'
    assert with_tokens(line, {TOKEN: other}) == line.replace(TOKEN, other)


def test_a_key_s_pseudonym_is_that_of_the_address_it_carries() -> None:
    # So the rule that finds the key's owner by its name finds the same person as before.
    carried = KEY_NAME.match(WHO.cell("claude_code_key_aberg_rqzc", "label"))
    assert carried is not None
    assert f"{carried[1]}@erased.invalid" == WHO.cell("aberg@y.example", "email")


def test_a_key_s_name_is_read_as_the_attribution_reads_it() -> None:
    import csv

    from privacy.config import ROOT

    seed = ROOT / "dbt_project" / "seeds" / "rules" / "attribution_rules.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        patterns = {row["match_pattern"] for row in csv.DictReader(file)}
    assert patterns == {"", KEY_NAME.pattern}


@pytest.mark.parametrize("text", ["@@@", "...", "_", "\x80\x81\x82"])
def test_what_has_no_letter_or_digit_is_found_nowhere(text: str) -> None:
    listed = [Identifier(Label(kind), text, frozenset({"x"})) for kind in Kind]
    who = Replacement({TOKEN: listed})
    assert not who.finds(f"anna {text}")
    assert not who.finds(text)
    assert who.cell(text, "id", "x") == text
    assert "" not in who.probes
