"""What a card reads decides who may see it: no place in a statement may hide a column."""

import pytest

from dashboards.reading import UnreadableError, columns_read
from tests.unit.dashboards.written import TABLES

SPEND, SEATS = "marts.spend", "marts.seats"


@pytest.mark.parametrize(
    ("sql", "read"),
    [
        ("select day from marts.spend", {SPEND: {"day"}}),
        ("select * from marts.seats", {SEATS: {"day", "vendor", "usd"}}),
        ("select count(*) as n from marts.spend", {SPEND: set()}),
        ("select 1 as one from marts.spend where team = 'blue'", {SPEND: {"team"}}),
        ("select 1 as one from marts.spend group by team", {SPEND: {"team"}}),
        ("select 1 as one from marts.spend group by vendor having max(team) > 'a'", {SPEND: {"vendor", "team"}}),
        ("select day from marts.spend order by team", {SPEND: {"day", "team"}}),
        ("select day as d from marts.spend order by d", {SPEND: {"day"}}),
        ("select sum(usd) over (partition by team order by day) as usd from marts.spend", {SPEND: {"usd", "team", "day"}}),
        ("select case when team = 'blue' then usd end as usd from marts.spend", {SPEND: {"team", "usd"}}),
        ("select day from marts.spend [[where {{dates}}]]", {SPEND: {"day"}}),
        ("select day from marts.spend [[where {{dates}} and team = 'blue']]", {SPEND: {"day", "team"}}),
        ("select day from marts.spend [[where usd in (select usd from marts.seats where {{dates}})]]",
         {SPEND: {"day", "usd"}, SEATS: {"usd"}}),
        ("with s as (select day, team from marts.spend) select day from s", {SPEND: {"day", "team"}}),
        ("with spend as (select day from marts.seats) select day from spend", {SEATS: {"day"}}),
        ("select s.day from (select day, team from marts.spend) as s", {SPEND: {"day", "team"}}),
        ("select t.day from marts.spend as t", {SPEND: {"day"}}),
        ("select day from marts.spend where vendor in (select vendor from marts.seats where usd > 0)",
         {SPEND: {"day", "vendor"}, SEATS: {"vendor", "usd"}}),
        ("select day from marts.spend where exists (select 1 from marts.seats where seats.vendor = spend.team)",
         {SPEND: {"day", "team"}, SEATS: {"vendor"}}),
        ("select (select max(usd) from marts.seats) as usd from marts.spend", {SPEND: set(), SEATS: {"usd"}}),
        ("select day from marts.spend union all select day from marts.seats", {SPEND: {"day"}, SEATS: {"day"}}),
        ("select spend.day from marts.spend join marts.seats on spend.vendor = seats.vendor",
         {SPEND: {"day", "vendor"}, SEATS: {"vendor"}}),
        ("select spend.day from marts.spend join marts.seats using (vendor)",
         {SPEND: {"day", "vendor"}, SEATS: {"vendor"}}),
    ],
)  # fmt: skip
def test_every_column_that_is_read_is_found(sql: str, read: dict[str, set[str]]) -> None:
    assert columns_read(sql, TABLES) == read


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select day from marts.people", "marts.people is not published"),
        ("select day from raw_cursor.spend", "raw_cursor.spend is not published"),
        ("select day from spend", "spend is not published"),
        ("select email from marts.spend", "'email' could not be resolved"),
        ("select spend.email from marts.spend", "email"),
        ("with s as (select day from marts.people) select day from s", "marts.people is not published"),
        ("select day from marts.spend; select 1", "it is not one SELECT"),
        ("copy marts.spend to 'x'", "it is not one SELECT"),
        ("attach 'x'", "it is not one SELECT"),
        ("select * from read_parquet('x')", "is not published"),
        ("select * from 'x.parquet'", "is not published"),
        ("", "it is not one SELECT"),
        ("selct day", ""),
    ],
)  # fmt: skip
def test_what_is_not_published_is_refused(sql: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said or None):
        columns_read(sql, TABLES)
