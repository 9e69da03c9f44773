"""Each fault that neither Metabase nor the pages would notice, planted; what is said of it."""

from pathlib import Path
from typing import Any

import pytest

from dashboards.lint import faults_of
from tests.unit.dashboards.written import ANSWER, BARS, BARS_SQL, BOARD, TABLES, read

PLACE = {"card": "bars", "col": 0, "row": 0, "width": 12, "height": 6}
LINK = {"filter": "vendor", "column": "day"}


def faults(folder: Path, **changes: Any) -> list[str]:
    return faults_of(read(folder, **changes), TABLES)


def section(*places: dict[str, Any]) -> dict[str, Any]:
    return {"sections": [{"title": "All", "cards": [{**PLACE, **place} for place in places]}]}


def test_board_without_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("board", "said"),
    [
        (section({}, {"card": "pie", "col": 12}), ["the card 'pie' has no definition"]),
        (section({}, {"row": 6}), ["the card 'bars' stands twice"]),
        (section(), ["the card 'bars' stands nowhere"]),
        (section({"col": 13}), ["the card 'bars' ends at column 25 of 24"]),
        (section({"col": 12}), []),
        (section({}, {"card": "answer", "col": 11, "width": 1}), ["the cards 'bars' and 'answer' overlap"]),
        (section({}, {"card": "answer", "row": 5, "height": 1}), ["the cards 'bars' and 'answer' overlap"]),
        (section({}, {"card": "answer", "row": 6}), []),
        (section({}, {"card": "answer", "col": 12}), []),
        ({"answer": "bars"}, ["the card 'answer' stands nowhere", "its answer 'bars' is no card with sentences"]),
        ({"answer": "nothing"}, ["the card 'answer' stands nowhere", "its answer 'nothing' is no card with sentences"]),
        ({"filters": ["dates", "vendor", "team"]}, ["no card obeys the filter 'team'"]),
        ({"filters": ["dates"]}, ["cards obey the filter 'vendor', which the board does not offer"]),
    ],
)  # fmt: skip
def test_fault_of_a_layout(tmp_path: Path, board: dict[str, Any], said: list[str]) -> None:
    assert faults(tmp_path, board=board) == [f"money: {one}" for one in said]


def test_cards_of_two_sections_do_not_overlap(tmp_path: Path) -> None:
    second = {"title": "More", "cards": [{**PLACE, "card": "answer"}]}
    assert faults(tmp_path, board={"sections": [BOARD["sections"][0], second]}) == []


def sql(
    where: str = "", *, columns: str = "day, sum(usd) as usd", table: str = "marts.spend"
) -> str:
    return f"select {columns} from {table} where true {where} group by day order by day"


BOTH = "[[and {{dates}}]] [[and {{vendor}}]]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (sql(BOTH), []),
        (sql(BOTH + " [[and {{team}}]]"), ["{{team}} is no filter of the card"]),
        (sql("[[and {{dates}}]]"), ["the filter 'vendor' has no place in the SQL"]),
        (sql(BOTH, columns="day, sum(usd) as money"), ["the SQL returns day, money; the card describes day, usd"]),
        (sql(BOTH, columns="sum(usd) as usd, day"), ["the SQL returns usd, day; the card describes day, usd"]),
        (sql(BOTH, columns="day, sum(usd) as usd, max(n) as n"), ["the SQL returns day, usd, n; the card describes day, usd"]),
        (sql(BOTH, columns="day, sum(eur) as usd"), ["the SQL: Column 'eur' could not be resolved"]),
        (sql(BOTH, columns="day, vendor + 1 as usd"), ["the SQL: "]),
        (sql(BOTH, table="marts.spending"), ["the SQL: marts.spending is not published"]),
        (sql(BOTH, table="raw.spend"), ["the SQL: raw.spend is not published"]),
        (sql(BOTH, table="spend"), ["the SQL: .spend is not published"]),
        (sql(BOTH) + "; drop table marts.spend", ["the SQL: it is not one SELECT"]),
        ("insert into marts.spend select * from marts.spend where {{dates}} and {{vendor}}", ["the SQL: it is not one SELECT"]),
        ("drop table marts.spend /* {{dates}} {{vendor}} */", ["the SQL: it is not one SELECT"]),
        ("select day from marts.spend where {{dates}} and {{vendor}} and (", ["the SQL: "]),
        (sql(BOTH).replace(" order by day", ""), ["the SQL: its rows have no order"]),
        (sql(BOTH, columns="date_trunc('month', day) as day, sum(usd) as usd"), []),
        (sql(BOTH + " and extract(week from day) = 1"), ["the SQL: engines number weeks and weekdays differently"]),
        (sql(BOTH + " and date_part('week', day) = 1"), ["the SQL: date_part is no function that every engine has"]),
        (sql(BOTH) + " limit 10", ["the SQL: it cuts rows; the page says what it has no room for"]),
        (sql(BOTH + " and day < current_date"), ["the SQL: what it returns depends on when it is asked; marts say what day it is"]),
        (sql(BOTH + " and day < now()"), ["the SQL: now is no function that every engine has"]),
        (sql(BOTH, columns="day, list_sum(list(usd)) as usd"), ["the SQL: list_sum is no function that every engine has"]),
        (sql(BOTH + " and random() < 0.5"), ["the SQL: what it returns depends on when it is asked; marts say what day it is"]),
    ],
)  # fmt: skip
def test_fault_of_a_cards_sql(tmp_path: Path, text: str, said: list[str]) -> None:
    found = faults(tmp_path, sql=text)
    assert len(found) == len(said)
    for one, wanted in zip(found, said, strict=True):
        assert one.startswith(f"money/bars: {wanted}")


def test_renamed_column_of_a_mart_is_a_fault_of_every_card_that_reads_it(tmp_path: Path) -> None:
    spend = {
        ("amount" if name == "usd" else name): kind for name, kind in TABLES["marts.spend"].items()
    }
    found = faults_of(read(tmp_path), {**TABLES, "marts.spend": spend})
    assert [one.partition(": the SQL: ")[0] for one in found] == ["money/bars", "money/answer"] or [
        one.partition(": the SQL: ")[0] for one in found
    ] == ["money/answer", "money/bars"]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"dates": "month"}, "the filter 'dates' is of marts.spend.month, which does not exist"),
        ({"dates": "marts.spend.month"}, "the filter 'dates' is of marts.spend.month, which does not exist"),
        ({"dates": "marts.seats.day"}, "the filter 'dates' is of marts.seats, which the SQL does not read"),
        ({"dates": "marts.spend_more.day"}, "the filter 'dates' is of marts.spend_more, which the SQL does not read"),
        ({"dates": "vendor"}, "the filter 'dates' cannot be of marts.spend.vendor, a VARCHAR"),
        ({"vendor": "day"}, "the filter 'vendor' cannot be of marts.spend.day, a DATE"),
        ({"vendor": "n"}, "the filter 'vendor' cannot be of marts.spend.n, a BIGINT"),
    ],
)  # fmt: skip
def test_fault_of_a_filter(tmp_path: Path, filters: dict[str, str], said: str) -> None:
    found = faults(tmp_path, bars={"filters": {**BARS["filters"], **filters}})
    assert found == [f"money/bars: {said}"]


SEATS = "(select max(usd) from marts.seats) as usd"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"select day, {SEATS} from marts.spend where {{{{dates}}}} and {{{{vendor}}}} order by day", None),
        (
            "select day, (select max(usd) from marts.seats where {{dates}}) as usd from marts.spend where {{vendor}} order by day",
            "{{dates}} stands where marts.seats is read",
        ),
        (
            f"select day, {SEATS} from marts.spend as s where {{{{dates}}}} and {{{{vendor}}}} order by day",
            "{{dates}} stands where s is read",
        ),
        (
            "select spend.day, seats.usd from marts.spend join marts.seats on spend.day = seats.day"
            " where {{dates}} and {{vendor}} order by spend.day",
            "{{dates}} stands where marts.spend, marts.seats is read",
        ),
        (
            f"with s as (select day, vendor from marts.spend) select day, {SEATS} from s where {{{{dates}}}} and {{{{vendor}}}}"
            " order by day",
            "{{dates}} stands where s is read",
        ),
    ],
)  # fmt: skip
def test_filter_stands_where_its_table_stands_alone(
    tmp_path: Path, text: str, said: str | None
) -> None:
    named = {"dates": "marts.spend.day", "vendor": "marts.spend.vendor"}
    found = [one for one in faults(tmp_path, sql=text, bars={"filters": named}) if "dates" in one]
    assert [one.partition("; ")[0] for one in found] == ([f"money/bars: {said}"] if said else [])


def test_filter_of_a_card_with_two_tables_says_of_which(tmp_path: Path) -> None:
    text = (
        f"select day, {SEATS} from marts.spend where {{{{dates}}}} and {{{{vendor}}}} order by day"
    )
    assert faults(tmp_path, sql=text) == [
        "money/bars: the filter 'dates' does not say of which table day is",
        "money/bars: the filter 'vendor' does not say of which table vendor is",
    ]


def test_link_leads_to_a_filter_of_the_board(tmp_path: Path) -> None:
    found = faults(tmp_path, bars={"link": LINK}, board={"filters": ["dates"]})
    assert "money/bars: it links to the filter 'vendor', which the board does not offer" in found


def test_one_row_needs_no_order(tmp_path: Path) -> None:
    assert faults(tmp_path, bars={"display": "number", "x": None}, sql=sql(BOTH)) == []
    unordered = BARS_SQL.replace("order by day", "")
    assert faults(tmp_path / "b", bars={"display": "number", "x": None}, sql=unordered) == []
    assert faults(tmp_path / "c", sql=unordered) != []


def test_every_card_of_a_board_is_looked_at(tmp_path: Path) -> None:
    found = faults(tmp_path, sql="select 1 as one", answer_sql="select 1 as one", answer=ANSWER)
    assert {one.partition(":")[0] for one in found} == {"money/bars", "money/answer"}
