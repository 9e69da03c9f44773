"""Whom nobody knows yet: by dollars, with rows that a person pastes."""

import csv
import io

import pytest

from extract.sources.sheets.tables import HEADERS
from serving.explain import worklist
from serving.explain.reading import NothingFoundError
from serving.explain.worklist import ADDRESSES, KEYS, Item, Worklist
from tests.unit.serving.explain.published import Row, published
from tests.unit.serving.explain.test_ledger import CANDIDATE, LINE, PART

DAY, BEFORE = "2026-06-10", "2026-04-01"
TABLES = (
    "fct_ai_spend_daily", "dim_api_keys", "dim_workspaces", "mart_finance__owner_candidates", "mart_finance__spend_lines",
    "mart_finance__spend_parts",
)  # fmt: skip


def spent(
    actor: str, usd: str, *, kind: str = "api_key", day: str = DAY, sure: str = "0", **more: object
) -> Row:
    return {
        "usage_date": day, "vendor": "anthropic", "platform": "claude_api", "actor_type": kind, "actor_id": actor,
        "cost_component": "input", "spend_usd": usd, "attribution_method": "unattributed", "attribution_confidence": sure, **more,
    }  # fmt: skip


def made(*ledger: Row, days: int = 30, **tables: list[Row]) -> Worklist:
    rows = {**{name: [] for name in TABLES}, "fct_ai_spend_daily": list(ledger), **tables}
    return worklist.make(published(None, **rows), days)


def names(found: Worklist, kind: str) -> list[str]:
    return [item.name for item in found.of(kind)]


def pasted(found: Worklist, tab: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(found.tab(tab)), delimiter="\t")
    assert tuple(reader.fieldnames or ()) == HEADERS[tab]
    return list(reader)


def test_the_dearest_key_first_and_only_of_the_newest_days() -> None:
    found = made(
        spent("cheap", "1"),
        spent("dear", "2"),
        spent("dear", "3", day=BEFORE),
        spent("long ago", "99", day=BEFORE),
        spent("sure", "99", sure="0.8", attribution_method="key_name_pattern", person_id="p", person_email="a@one.example"),
    )  # fmt: skip
    assert [(item.name, str(item.spend_usd)) for item in found.of("keys")] == [
        ("dear", "2.000000000"),
        ("cheap", "1.000000000"),
    ]
    # Named from its first use on, also before the days that were looked at.
    assert [(row["api_key_id"], row["valid_from"]) for row in pasted(found, KEYS)] == [
        ("dear", BEFORE),
        ("cheap", DAY),
    ]
    assert str(found.total_usd) == "102.000000000"


def test_whoever_made_the_key_is_suggested_and_a_conflict_is_no_new_line() -> None:
    candidate: Row = {**CANDIDATE, "owner_email": "bob@one.example", "candidate_rank": 1}
    found = made(
        spent("key_1", "5", sure="0.6", attribution_method="api_key_creator", person_id="p", person_email="bob@one.example"),
        spent("key_2", "4", sure="0.45", attribution_method="api_key_mapping", person_id="p", person_email="bob@one.example"),
        spent("named", "3", kind="api_key_name"),
        spent("user_9", "2", kind="account"),
        mart_finance__owner_candidates=[
            candidate,
            {**candidate, "owner_email": "eve@one.example", "candidate_rank": 2},
            {**candidate, "actor_id": "key_2", "is_mapping_conflict": True},
        ],
    )  # fmt: skip
    rows = [
        (row["api_key_id"], row["api_key_name"], row["owner_email"]) for row in pasted(found, KEYS)
    ]
    assert rows == [("key_1", "", "bob@one.example"), ("", "named", "")]
    remedies = {item.name: item.remedy for item in found.items}
    assert "end one of them" in remedies["key_2"]
    assert "does not say" in remedies["user_9"]


def test_an_address_that_the_people_sheet_lacks() -> None:
    known = {"person_id": "p", "sure": "1"}
    found = made(
        spent("x@one.example", "1", kind="person", sure="0.95", person_email="x@one.example", attribution_method="direct_email_unlisted"),
        spent("key_1", "2", sure="0.9", person_email="x@one.example", attribution_method="api_key_mapping"),
        spent("a@one.example", "9", kind="person", person_email="a@one.example", **known),
    )  # fmt: skip
    (item,) = found.of("addresses")
    assert (item.name, str(item.spend_usd)) == ("x@one.example", "3.000000000")
    assert [(row["email"], row["name"], row["valid_from"]) for row in pasted(found, ADDRESSES)] == [("x@one.example", "", DAY)]  # fmt: skip


def test_nobody_s_use_and_a_seat_without_an_address() -> None:
    found = made(
        spent("unattributed:ws", "2", kind="unattributed"),
        spent(
            "unattributed:cursor", "20", kind="unattributed", vendor="cursor", cost_component="seat"
        ),
        dim_workspaces=[{"workspace_key": "ws", "workspace_name": "Atlas", "n_members": 4}],
        mart_finance__spend_lines=[{**LINE, "usage_date": DAY, "sheet_row": 108}],
        mart_finance__spend_parts=[{**PART, "used_actor_id": "unattributed:cursor"}],
    )
    seat, rest = found.of("rests")
    assert "row 108 of the tab seats" in seat.remedy
    assert rest.what == "workspace Atlas, 4 members"
    assert found.rows_of(KEYS) == found.rows_of(ADDRESSES) == []


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("+1", "'+1"),
        ("a\tb\nc", "a b c"),
        ("plain", "plain"),
    ],
)
def test_a_name_is_no_formula_and_stays_in_its_cell(name: str, cell: str) -> None:
    found = made(spent(name, "1", kind="api_key_name"))
    assert pasted(found, KEYS)[0]["api_key_name"] == cell


def test_what_is_read_says_the_sums() -> None:
    text = "\n".join(
        made(
            spent("key_1", "1.5"), spent("a", "8.5", kind="person", sure="1", person_id="p")
        ).lines()
    )
    assert "2026-05-12 to 2026-06-10: 1.50 of 10.00 USD have no certain owner" in text
    assert isinstance(made(spent("key_1", "1")).items[0], Item)


def test_an_empty_ledger_has_no_work() -> None:
    with pytest.raises(NothingFoundError):
        made()
