"""What the validation says of the mistakes that the predecessor made, and of those that nobody has explained."""

from collections.abc import Callable
from decimal import Decimal

from migration.tables import TABLES
from tests.integration.migration.conftest import House

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
    code, said = house.run("validate")
    failed = "validate: FAILED: differences without an explanation in raw_anthropic_usage."
    assert (code, failed in said) == (1, True)
    assert _reasons(house, "raw_anthropic_usage", "output_tokens")["unexplained"][0] > 0
    code, said = house.run("archive")
    assert code == 1, "a validation that failed is no validation"


def test_one_wrong_amount_among_the_cents_is_unexplained_and_fails(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "update legacy.raw_anthropic_cost set cost_usd = cost_usd * 2 + 7 where request_id ="
        " (select max(request_id) from legacy.raw_anthropic_cost where cost_date = date '2026-05-06')"
    )
    code, said = house.run("validate")
    assert (code, "without an explanation in raw_anthropic_cost." in said) == (1, True), said
    found = _reasons(house, "raw_anthropic_cost", "cost_usd")
    assert found["unexplained"][0] > found["unexplained"][1] > 0


def test_systematic_error_is_not_taken_for_revisions(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "update legacy.raw_cursor_usage set total_lines_added = cast(total_lines_added * 1.1 as bigint) + 1"
    )
    house.sql("update legacy.raw_anthropic_cost set cost_usd = cost_usd * 1.1")
    code, said = house.run("validate")
    assert code == 1
    assert "without an explanation in raw_cursor_usage, raw_anthropic_cost." in said
    assert "late_revision" not in _reasons(house, "raw_cursor_usage", "total_lines_added")
    assert "late_revision" not in _reasons(house, "raw_anthropic_cost", "cost_usd")


def test_history_that_was_not_loaded_fails(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "delete from compatibility.mart_legacy__raw_anthropic_usage where usage_date < date '2026-05-01'"
    )
    code, said = house.run("validate")
    assert (code, "not_loaded_here" in said, "make backfill" in said) == (1, True, True)


def test_zero_against_nothing_fails_although_no_amount_differs(house_after: At) -> None:
    house = house_after("deploy")
    house.sql(
        "update legacy.raw_cursor_usage set total_accepts = null where request_id ="
        " (select max(request_id) from legacy.raw_cursor_usage where total_accepts = 0)"
    )
    code, said = house.run("validate", "--tolerance", "1")
    assert (code, "null_against_zero" in said, "NULL" in said) == (1, True, True), said
