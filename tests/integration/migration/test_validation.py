"""What the validation says of the mistakes that the predecessor made, and of those that nobody has explained."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from migration.tables import TABLES, OldTable
from tests.integration.migration.conftest import House, only

At = Callable[[str], House]


def _reasons(house: House, table: str, measure: str) -> dict[str, tuple[Decimal, Decimal]]:
    rows = house.sql(
        "select reason, coalesce(sum(old_value), 0), coalesce(sum(new_value), 0) from migration.validation_results"
        f" where table_name = '{table}' and measure = '{measure}'"
        " and run_number = (select max(run_number) from migration.validation_results) group by reason"
    )
    return {str(reason): (Decimal(str(old)), Decimal(str(new))) for reason, old, new in rows}


def test_planted_mistakes_are_explained_with_both_figures(house_after: At) -> None:
    house = house_after("validate")
    found = _reasons(house, "raw_anthropic_cost", "cost_usd")
    assert set(found) == {"cents_read_as_dollars", "double_counted_rows", "late_revision"}
    old, new = found["cents_read_as_dollars"]
    late = found["late_revision"]
    assert new > 0
    # 99 % of the restated lines are the cents' too; what is left of them is the revision.
    assert abs(old - 100 * new - 99 * late[0]) < Decimal("0.01")
    assert abs(late[0] - late[1] * Decimal("0.97")) < Decimal("0.001")
    usage = _reasons(house, "fct_usage_daily", "lines_of_code_added")
    assert set(usage) == {
        "equal",
        "double_counted_rows",
        "local_day_boundary",
        "dropped_by_inner_join",
    }
    assert usage["local_day_boundary"][0] == usage["local_day_boundary"][1] > 0
    assert usage["dropped_by_inner_join"][0] == 0 < usage["dropped_by_inner_join"][1]


def test_parts_add_up_to_both_tables(house_after: At) -> None:
    house = house_after("validate")
    for table in TABLES:
        for measure in table.measures:
            parts = _reasons(house, table.name, measure)
            for side, schema, name in ((0, "legacy", table.name), (1, "compatibility", table.view)):
                (total,) = house.sql(
                    f"select coalesce(sum(cast({measure} as decimal(38, 9))), 0) from {schema}.{name}"
                )
                said = sum((both[side] for both in parts.values()), Decimal(0))
                assert abs(said - Decimal(str(total[0]))) < Decimal("0.00001"), (name, measure)


def test_one_wrong_row_is_unexplained_and_fails(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "update legacy.raw_anthropic_usage set output_tokens = output_tokens * 3 + 1000 where request_id ="
        " (select max(request_id) from legacy.raw_anthropic_usage where usage_date = date '2026-05-06')"
    )
    code, said = house.run("validate", tables=only("raw_anthropic_usage"))
    failed = "validate: FAILED: differences without an explanation in raw_anthropic_usage."
    assert (code, failed in said) == (3, True)
    assert _reasons(house, "raw_anthropic_usage", "output_tokens")["unexplained"][0] > 0
    code, said = house.run("archive")
    assert code == 1, "a validation that failed is no validation"


def test_one_wrong_amount_among_the_cents_is_unexplained_and_fails(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "update legacy.raw_anthropic_cost set cost_usd = cost_usd * 2 + 7 where request_id ="
        " (select max(request_id) from legacy.raw_anthropic_cost where cost_date = date '2026-05-06')"
    )
    code, said = house.run("validate", tables=only("raw_anthropic_cost"))
    assert (code, "without an explanation in raw_anthropic_cost." in said) == (3, True), said
    found = _reasons(house, "raw_anthropic_cost", "cost_usd")
    assert found["unexplained"][0] > found["unexplained"][1] > 0


def test_systematic_error_is_not_taken_for_revisions(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "update legacy.raw_cursor_usage set total_lines_added = cast(total_lines_added * 1.1 as bigint) + 1"
    )
    house.sql("update legacy.raw_anthropic_cost set cost_usd = cost_usd * 1.1")
    code, said = house.run("validate", tables=only("raw_cursor_usage", "raw_anthropic_cost"))
    assert code == 3
    assert "without an explanation in raw_cursor_usage, raw_anthropic_cost." in said
    assert "late_revision" not in _reasons(house, "raw_cursor_usage", "total_lines_added")
    assert "late_revision" not in _reasons(house, "raw_anthropic_cost", "cost_usd")


def test_history_that_was_not_loaded_fails(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "delete from compatibility.mart_legacy__raw_anthropic_usage where usage_date < date '2026-05-01'"
    )
    code, said = house.run("validate", tables=only("raw_anthropic_usage"))
    assert (code, "not_loaded_here" in said, "make backfill" in said) == (3, True, True)


def test_zero_against_nothing_fails_although_no_amount_differs(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "update legacy.raw_cursor_usage set total_accepts = null where request_id ="
        " (select max(request_id) from legacy.raw_cursor_usage where total_accepts = 0)"
    )
    code, said = house.run("validate", "--tolerance", "0.01", tables=only("raw_cursor_usage"))
    assert (code, "null_against_zero" in said, "NULL" in said) == (3, True, True), said


# ── What passed, and was wrong ───────────────────────────────────────────────────────────────────────────────────


def _refused(
    house: House, table: str, *words: str, tables: Sequence[OldTable] | None = None
) -> str:
    """Validate one table, unless others are given; return why that failed."""
    code, said = house.run("validate", tables=tables or only(table))
    assert code == 3, said
    failed = "\n".join(line for line in said.splitlines() if line.startswith("validate: FAILED"))
    assert table in failed, said
    for word in words:
        assert word in said, said
    return failed


def test_rows_of_a_wrong_model_do_not_make_up_for_each_other(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "update legacy.raw_anthropic_usage set model = model || '-x' where usage_date = date '2026-05-06'"
    )
    _refused(house, "raw_anthropic_usage")


def test_person_whom_the_old_table_lacks_is_no_late_revision(house_after: At) -> None:
    house = house_after("deploy")
    ((email,),) = house.sql(
        "select email from legacy.raw_cursor_usage group by email having sum(total_lines_added) > 0"
        " order by count(*), email limit 1"
    )
    house.sql(f"delete from legacy.raw_cursor_usage where email = '{email}'")
    _refused(house, "raw_cursor_usage")
    assert _reasons(house, "raw_cursor_usage", "total_lines_added")["unexplained"][1] > 0


def test_person_whom_we_lack_is_unexplained(house_after: At) -> None:
    house = house_after("deploy")
    view = "compatibility.mart_legacy__raw_cursor_usage"
    ((email,),) = house.sql(
        f"select email from {view} group by email order by sum(total_lines_added) desc limit 1"
    )
    house.sql(f"delete from {view} where email = '{email}'")
    _refused(house, "raw_cursor_usage")


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("dim_users", "department", "'Elsewhere'"),
        ("dim_users", "team", "'Elsewhere'"),
        ("dim_users", "team", "null"),
        ("dim_users", "manager_email", "'boss@one.example'"),
        ("dim_users", "is_active", "not is_active"),
        ("dim_api_keys", "api_key_name", "'other'"),
        ("dim_api_keys", "user_email", "'other@one.example'"),
        ("fct_usage_daily", "acceptance_rate", "0.5"),
        (
            "fct_usage_daily",
            "user_email",
            "case when api_key_id is null then user_email else 'x@one.example' end",
        ),
        ("fct_cost_daily", "api_key_id", "'key'"),
        ("raw_anthropic_usage", "usage_hour", "13"),
        ("raw_anthropic_cost", "cost_hour", "null"),
    ],
)
def test_column_beside_the_measures_is_compared(
    house_after: At, table: str, column: str, value: str
) -> None:
    """The old table's says something that ours does not."""
    house = house_after("deploy")
    house.sql(f"update legacy.{table} set {column} = {value} where rowid % 3 = 0")
    if value == "null":  # ours says something of every row, the old one of most
        house.sql(f"update legacy.{table} set {column} = null where rowid % 3 = 0")
    code, said = house.run("validate", tables=only(table))
    listed = [line for line in said.splitlines() if line.startswith(f"  {column} ")]
    assert listed, said
    if value == "null":
        assert any("named_by_us_only" in line for line in listed), listed
        return
    assert (code, any("unexplained" in line for line in listed)) == (3, True), listed
    code, said = house.run(
        *("validate", "--accept", f"{table}.{column}=agreed with the readers"), tables=only(table)
    )
    assert (code, f"accepted: {table}.{column}: agreed with the readers" in said) == (0, True), said


def test_team_that_changed_after_the_old_entry_is_explained(house_after: At) -> None:
    house = house_after("deploy")
    view = "compatibility.mart_legacy__dim_users"
    house.sql("update legacy.dim_users set updated_date = date '2026-05-01'")
    house.sql(
        f"update {view} set updated_date = date '2026-05-02', team = 'New' where user_id ="
        f" (select min(user_id) from {view} where email in (select email from legacy.dim_users))"
    )
    code, said = house.run("validate", tables=only("dim_users"))
    assert (code, "changed_since" in said) == (0, True), said
    house.sql(f"update {view} set updated_date = date '2026-05-02', team = 'New'")
    assert "changed_since explains" in _refused(house, "dim_users")


def test_column_that_the_old_table_lost_altogether_is_not_explained(house_after: At) -> None:
    house = house_after("deploy")
    house.sql("update legacy.dim_users set team = null")
    assert "team: named_by_us_only explains" in _refused(house, "dim_users")


@pytest.mark.parametrize("side", ["legacy.", "compatibility.mart_legacy__"])
def test_empty_side_fails(house_after: At, side: str) -> None:
    house = house_after("deploy")
    for table in TABLES:
        house.sql(f"delete from {side}{table.name}")
    failed = _refused(house, "raw_cursor_usage", "has no row", tables=TABLES)
    assert all(table.name in failed for table in TABLES)


def test_table_that_is_empty_on_both_sides_can_be_accepted(house_after: At) -> None:
    house = house_after("deploy")
    for side in ("legacy.", "compatibility.mart_legacy__"):
        house.sql(f"delete from {side}raw_cursor_usage")
        house.sql(f"delete from {side}fct_usage_daily where platform = 'cursor'")
    tables = only("raw_cursor_usage", "fct_usage_daily")
    said_of_it = "the old table and our view has no row"
    _refused(house, "raw_cursor_usage", said_of_it, tables=tables)
    accepted = ("--accept", "raw_cursor_usage.empty=nobody used Cursor")
    code, said = house.run("validate", *accepted, tables=tables)
    assert code == 0, said


def test_rows_without_a_request_id_are_no_request_that_came_twice(house_after: At) -> None:
    house = house_after("deploy")
    day = "where usage_date = date '2026-05-06'"
    house.sql(f"update legacy.raw_cursor_usage set request_id = null {day}")
    house.sql(f"insert into legacy.raw_cursor_usage from legacy.raw_cursor_usage {day}")
    _refused(house, "raw_cursor_usage")


def test_rows_without_a_day_or_key_are_found(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "insert into legacy.raw_cursor_usage (email, total_lines_added) values ('a@one.example', 0)"
    )
    house.sql("insert into legacy.dim_users (user_id) values ('nobody')")
    failed = _refused(
        house,
        "dim_users",
        "1 rows of the old table have no email",
        tables=only("raw_cursor_usage"),
    )
    assert "1 rows of the old table have no usage_date" in failed


def test_report_names_what_is_not_compared(house_after: At) -> None:
    house = house_after("deploy")
    code, said = house.run("validate")
    assert code == 0, said
    for table in TABLES:
        for name, why in table.not_compared.items():
            assert f"  not compared: {name}: {why}" in said


def test_name_that_nothing_has_is_not_accepted(house_after: At) -> None:
    house = house_after("deploy")
    for given in ("dim_users.salary=why", "raw_cursor_usage.total_accepts=why", "dim_users.team="):
        code, said = house.run("validate", "--accept", given)
        assert (code, "--accept: " in said) == (7, True), said
