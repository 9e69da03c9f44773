"""Every reason alone, on a handful of rows: its evidence, both figures, and what looks like it and is not."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pytest

from migration.comparing import compare_sql
from migration.tables import TABLES
from warehouse.duckdb import DuckDB

DAY = dt.date(2026, 5, 10)
NEXT = DAY + dt.timedelta(days=1)
LATER = DAY + dt.timedelta(days=20)
STORED = {"string": "varchar", "int64": "bigint", "float64": "double", "bool": "boolean"}
SPECS = {table.name: table for table in TABLES}


@dataclass
class Two:
    """The predecessor's rows and ours of one table."""

    table: str
    old: list[dict[str, Any]] = field(default_factory=list)
    new: list[dict[str, Any]] = field(default_factory=list)
    users: tuple[str, ...] = ()

    def both(self, n: int = 20, factor: float = 1, **row: Any) -> "Two":
        """Add rows that are the same on both sides, so that a few others are not most of the table."""
        for number in range(n):
            day = {"usage_date": DAY, "cost_date": DAY} | row
            same = day | {"workspace_id": f"w{number}", "email": f"p{number}@one.example"}
            if self.table.endswith("usage"):
                self._add(self.old, same | {"total_lines_added": 10, "total_accepts": 1})
                self._add(self.new, same | {"total_lines_added": 10, "total_accepts": 1})
            else:
                self._add(self.old, same | {"cost_usd": 8.5 * factor, "platform": "anthropic_api"})
                self._add(self.new, same | {"cost_usd": 8.5, "platform": "anthropic_api"})
        return self

    def was(self, **row: Any) -> "Two":
        """Add a row of the predecessor's, read the next morning."""
        return self._add(self.old, {"usage_date": DAY, "cost_date": DAY, "ingest_date": NEXT} | row)

    def is_(self, **row: Any) -> "Two":
        """Add a row of ours, read weeks later."""
        return self._add(
            self.new, {"usage_date": DAY, "cost_date": DAY, "ingest_date": LATER} | row
        )

    def _add(self, rows: list[dict[str, Any]], row: dict[str, Any]) -> "Two":
        known = dict(SPECS[self.table].columns)
        request = {"request_id": f"r{id(rows)}-{len(rows)}"} | row
        rows.append({name: request.get(name) for name in known})
        return self

    def reasons(self, measure: str) -> dict[str, tuple[float | None, float | None]]:
        """Return both figures of every reason of a measure but those that are equal."""
        return {
            reason: figures for reason, figures in self.all(measure).items() if reason != "equal"
        }

    def all(self, measure: str) -> dict[str, tuple[float | None, float | None]]:
        return {reason: (old, new) for reason, old, new, _ in self._found(measure)}

    def apart(self, measure: str) -> dict[str, float]:
        """Return how far the rows of each reason are apart."""
        return {reason: apart for reason, _, _, apart in self._found(measure)}

    def _found(self, measure: str) -> list[tuple[Any, ...]]:
        spec = SPECS[self.table]
        with duckdb.connect() as connection:
            connection.execute("create table users (email varchar)")
            connection.execute("create table keys (api_key_id varchar, workspace_id varchar)")
            connection.execute("insert into keys values ('key', 'known')")
            for email in self.users:
                connection.execute("insert into users values (?)", [email])
            for side, rows in (("old", self.old), ("new", self.new)):
                columns = ", ".join(f"{c} {STORED.get(kind, kind)}" for c, kind in spec.columns)
                connection.execute(f"create table {side}_rows ({columns})")
                marks = ", ".join("?" for _ in spec.columns)
                for row in rows:
                    connection.execute(
                        f"insert into {side}_rows values ({marks})", list(row.values())
                    )
            query = compare_sql(
                DuckDB(connection),
                spec,
                "old_rows",
                "new_rows",
                {"dim_users": "users", "dim_api_keys": "keys"},
                (1, "2026-06-03"),
            )
            return connection.execute(
                "select reason, cast(sum(old_value) as double), cast(sum(new_value) as double),"
                " cast(sum(absolute_difference) as double)"
                f" from ({query}) where measure = ? group by reason",
                [measure],
            ).fetchall()


def cursor() -> Two:
    return Two("raw_cursor_usage").both()


def cost(factor: float = 100) -> Two:
    return Two("fct_cost_daily").both(factor=factor)


# ── Money ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cents_are_explained_with_both_figures() -> None:
    assert cost().all("cost_usd") == {"cents_read_as_dollars": (17000, 170)}


def test_one_row_of_cents_among_dollars_is_explained_alone() -> None:
    two = cost(1).was(platform="cursor", cost_usd=250.0).is_(platform="cursor", cost_usd=2.5)
    assert two.reasons("cost_usd") == {"cents_read_as_dollars": (250, 2.5)}


def test_ten_times_is_not_cents() -> None:
    found = Two("fct_cost_daily").both(factor=10).all("cost_usd")
    assert found == {"unexplained": (1700, 170)}


def test_hundred_times_is_no_reason_for_units() -> None:
    two = cursor().was(email="x", total_lines_added=700).is_(email="x", total_lines_added=7)
    assert two.reasons("total_lines_added") == {"unexplained": (700, 7)}


def test_a_sum_of_floats_is_noise() -> None:
    two = cost(1).was(cost_usd=0.1 + 0.2 + 1e-8).is_(cost_usd=0.3)
    assert set(two.reasons("cost_usd")) == {"float_noise"}


# ── Platform words ───────────────────────────────────────────────────────────────────────────────────────────────


def split(old: float, api: float, code: float, **late: Any) -> Two:
    """Tell one platform's cost of the old table as two platforms' of ours."""
    two = (
        cost()
        .was(platform="anthropic_code", cost_usd=100)
        .is_(platform="anthropic_code", cost_usd=1)
    )
    two.was(platform="anthropic_api", workspace_id="known", cost_usd=old)
    two.is_(platform="anthropic_api", workspace_id="known", cost_usd=api, **late)
    return two.is_(platform="anthropic_code", workspace_id="known", cost_usd=code, **late)


def test_cost_split_over_platforms_is_mapped() -> None:
    assert split(10000, 60, 40).reasons("cost_usd") == {
        "cents_read_as_dollars": (17100 + 9900, 171),
        "platform_word_mapping": (100, 100),
    }


def test_cost_split_and_revised_late_keeps_the_two_apart() -> None:
    assert split(9700, 60, 40).reasons("cost_usd") == {
        "cents_read_as_dollars": (17100 + 9603, 171),
        "platform_word_mapping": (97, 97),
        "late_revision": (0, 3),
    }


def test_split_and_revised_needs_that_ours_was_read_later() -> None:
    found = split(9700, 60, 40, ingest_date=NEXT).reasons("cost_usd")
    assert found["unexplained"] == (97, 100)


def test_split_and_more_than_a_quarter_off_is_unexplained() -> None:
    assert split(7000, 60, 40).reasons("cost_usd")["unexplained"] == (70, 100)


def test_same_platforms_are_compared_one_by_one() -> None:
    """Two rows far off that make up for each other are not a mapping that was revised."""
    two = split(2000, 60, 40).was(platform="anthropic_code", workspace_id="known", cost_usd=7900)
    assert two.reasons("cost_usd")["unexplained"] == (20 + 79, 100)


def test_rows_of_zeros_are_no_mapping() -> None:
    two = Two("fct_usage_daily")
    two.was(platform="cursor", user_email="x", lines_of_code_added=0)
    two.is_(platform="anthropic_web", user_email="x")
    assert two.all("lines_of_code_added") == {}


# ── Late revisions ───────────────────────────────────────────────────────────────────────────────────────────────


def revised(n: int) -> Two:
    two = cursor()
    for number in range(n):
        two.was(email=f"r{number}", total_lines_added=90)
        two.is_(email=f"r{number}", total_lines_added=100)
    return two


def test_tenth_of_the_matched_rows_may_be_revised_late() -> None:
    assert revised(2).reasons("total_lines_added") == {"late_revision": (180, 200)}


def test_more_than_a_tenth_is_an_error_and_no_revision() -> None:
    assert revised(3).reasons("total_lines_added") == {"unexplained": (270, 300)}


def test_rows_that_match_nothing_do_not_widen_the_cap() -> None:
    two = revised(3)
    for number in range(30):
        two.is_(email=f"later{number}", usage_date=LATER, total_lines_added=1)
    found = two.reasons("total_lines_added")
    assert found == {"unexplained": (270, 300), "after_old_stopped": (0, 30)}


@pytest.mark.parametrize(
    ("old_read", "new_read"),
    [(NEXT, NEXT), (DAY + dt.timedelta(days=30), DAY + dt.timedelta(days=40))],
    ids=["read at the same time", "read when the day was closed"],
)
def test_closed_day_is_not_revised(old_read: dt.date, new_read: dt.date) -> None:
    two = cursor().was(email="x", total_lines_added=90, ingest_date=old_read)
    two.is_(email="x", total_lines_added=100, ingest_date=new_read)
    assert two.reasons("total_lines_added") == {"unexplained": (90, 100)}


def test_last_open_day_may_be_revised() -> None:
    read = DAY + dt.timedelta(days=29)
    two = cursor().was(email="x", total_lines_added=90, ingest_date=read)
    two.is_(email="x", total_lines_added=100, ingest_date=read + dt.timedelta(days=1))
    assert two.reasons("total_lines_added") == {"late_revision": (90, 100)}


def test_quarter_is_late_and_more_is_unexplained() -> None:
    two = cursor().was(email="x", total_lines_added=75).is_(email="x", total_lines_added=100)
    assert two.reasons("total_lines_added") == {"late_revision": (75, 100)}
    two = cursor().was(email="x", total_lines_added=74).is_(email="x", total_lines_added=100)
    assert two.reasons("total_lines_added") == {"unexplained": (74, 100)}


def test_row_that_came_late_is_of_somebody_whom_the_old_table_knows() -> None:
    two = cursor().was(email="x", total_lines_added=9).is_(email="x", total_lines_added=9)
    for day in (NEXT, DAY):
        two.is_(email="known", usage_date=day, total_lines_added=5)
    two.was(email="known", usage_date=NEXT, total_lines_added=5)
    assert two.reasons("total_lines_added") == {"late_revision": (0, 5)}
    two.is_(email="missing", total_lines_added=7)
    assert two.reasons("total_lines_added") == {"late_revision": (0, 5), "unexplained": (0, 7)}


def test_two_wrong_rows_of_a_day_are_as_far_apart_as_each() -> None:
    two = Two("raw_anthropic_usage").was(model="right", output_tokens=5)
    two.is_(model="wrong", output_tokens=5, ingest_date=NEXT)
    assert two.apart("output_tokens") == {"unexplained": 10}


def test_text_that_reads_like_nothing_is_not_nothing() -> None:
    two = Two("raw_anthropic_usage").was(model="~", output_tokens=5)
    two.is_(model=None, output_tokens=5, ingest_date=NEXT)
    assert set(two.all("output_tokens")) == {"unexplained"}


# ── Nothing is not zero ──────────────────────────────────────────────────────────────────────────────────────────


def test_zero_where_we_say_nothing_is_named_when_the_old_table_never_says_nothing() -> None:
    two = cursor().was(email="x", total_lines_added=5, total_accepts=0)
    two.is_(email="x", total_lines_added=5)
    assert two.reasons("total_accepts") == {"null_read_as_zero": (0, None)}


def test_zero_where_we_say_nothing_is_unexplained_when_the_old_table_can_say_nothing() -> None:
    two = cursor().was(email="x", total_lines_added=5, total_accepts=0)
    two.is_(email="x", total_lines_added=5)
    two.was(email="y", total_lines_added=6).is_(email="y", total_lines_added=6)
    assert two.reasons("total_accepts") == {"null_against_zero": (0, None)}


def test_nothing_where_we_say_zero_is_unexplained() -> None:
    two = cursor().was(email="x", total_lines_added=5)
    two.is_(email="x", total_lines_added=5, total_accepts=0)
    assert two.reasons("total_accepts") == {"null_against_zero": (None, 0)}
    assert two.reasons("total_lines_added") == {}


def test_nothing_on_a_shifted_day_is_seen_too() -> None:
    two = cursor().was(email="x", usage_date=DAY, total_lines_added=5, total_accepts=None)
    two.is_(email="x", usage_date=NEXT, total_lines_added=5, total_accepts=0)
    assert two.reasons("total_accepts") == {"null_against_zero": (None, 0)}


def test_nothing_on_both_sides_is_equal() -> None:
    assert cursor().all("usage_based_reqs") == {}


# ── One side only ────────────────────────────────────────────────────────────────────────────────────────────────


def test_same_request_twice_is_double_and_another_request_is_not() -> None:
    row = {"email": "x", "total_lines_added": 5}
    two = cursor().is_(**row).was(**row, request_id="one").was(**row, request_id="one")
    assert two.reasons("total_lines_added") == {"double_counted_rows": (5, 0)}
    two = cursor().is_(**row).was(**row, request_id="one").was(**row, request_id="two")
    assert two.reasons("total_lines_added") == {"unexplained": (10, 5)}


def test_neighbouring_day_is_a_boundary_and_the_day_after_is_not() -> None:
    two = cursor().was(email="x", total_lines_added=5)
    two.is_(email="x", usage_date=NEXT, total_lines_added=5)
    assert two.reasons("total_lines_added") == {"local_day_boundary": (5, 5)}
    two = cursor().was(email="x", total_lines_added=5)
    two.is_(email="x", usage_date=NEXT + dt.timedelta(days=1), total_lines_added=5)
    assert two.reasons("total_lines_added") == {"unexplained": (5, 0), "after_old_stopped": (0, 5)}


def test_only_ours_is_dropped_when_the_old_dimensions_lack_the_user() -> None:
    two = Two("fct_usage_daily", users=("known@one.example",))
    for email in ("known@one.example", "else@one.example", "stranger@one.example"):
        row = {"platform": "cursor", "user_email": email, "lines_of_code_added": 5}
        two.is_(**row, ingest_date=NEXT)
        if email == "else@one.example":
            two.was(**row)
    found = two.reasons("lines_of_code_added")
    assert found == {"unexplained": (0, 5), "dropped_by_inner_join": (0, 5)}


def test_days_and_platforms_the_old_table_never_had() -> None:
    two = Two("fct_usage_daily")
    two.was(platform="cursor", user_email="x", lines_of_code_added=5)
    for row in (
        {"platform": "cursor"},
        {"platform": "cursor", "usage_date": DAY - dt.timedelta(days=2)},
        {"platform": "cursor", "usage_date": DAY + dt.timedelta(days=2)},
        {"platform": "gemini"},
    ):
        two.is_(
            user_email="x" if row == {"platform": "cursor"} else "y", lines_of_code_added=5, **row
        )
    assert two.reasons("lines_of_code_added") == {
        "before_old_began": (0, 5),
        "after_old_stopped": (0, 5),
        "platform_unknown_to_old": (0, 5),
    }


def test_old_days_before_our_first_are_not_loaded_and_later_ones_unexplained() -> None:
    two = cursor().was(email="x", total_lines_added=5, usage_date=DAY - dt.timedelta(days=1))
    assert two.reasons("total_lines_added") == {"not_loaded_here": (5, 0)}
    assert cursor().was(email="x", total_lines_added=5).reasons("total_lines_added") == {
        "unexplained": (5, 0)
    }
