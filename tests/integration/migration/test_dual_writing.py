"""While both systems load side by side, each validation leaves what dbt's check `dual_writing` says of it."""

import re
from collections.abc import Callable
from pathlib import Path

from migration.tables import TABLES
from tests.integration.migration.conftest import House, done

At = Callable[[str], House]
MODEL = Path(__file__).parents[3] / "dbt_project/models/quality/migration_differences.sql"


def _with_quality(house: House) -> House:
    """Make the table as dbt does, with the columns of its model."""
    names = re.findall(r"cast\(null as .*\) as (\w+)", MODEL.read_text(encoding="utf-8"))
    kinds = {"validation_number": "bigint", "largest_difference_value": "decimal(38, 9)"}
    columns = ", ".join(
        f"{name} "
        + kinds.get(
            name,
            "bigint"
            if name.startswith("n_")
            else "boolean"
            if name.startswith("is_")
            else "date"
            if name.endswith("_date")
            else "varchar",
        )
        for name in names
    )
    house.sql("create schema quality")
    house.sql(f"create table quality.migration_differences ({columns})")
    return house


def _told(house: House) -> list[tuple[object, ...]]:
    return house.sql(
        "select legacy_table_name, n_different_rows, largest_difference_value, largest_difference_measure,"
        " cast(largest_difference_date as varchar), is_passed, is_over from quality.migration_differences"
        " where validation_number = (select max(validation_number) from quality.migration_differences) order by all"
    )


def test_every_validation_is_told_with_its_largest_difference(house_after: At) -> None:
    house = _with_quality(house_after("deploy"))
    done(house, "validate")
    assert [row[:2] for row in _told(house)] == [
        (name, 0) for name in sorted(t.name for t in TABLES)
    ]
    house.sql(
        "update legacy.raw_anthropic_cost set cost_usd = cost_usd * 2 + 7 where request_id ="
        " (select max(request_id) from legacy.raw_anthropic_cost where cost_date = date '2026-05-06')"
    )
    assert house.run("validate")[0] == 3
    (row,) = [row for row in _told(house) if not row[5]]
    assert (row[0], row[1], row[3], row[4]) == ("raw_anthropic_cost", 1, "cost_usd", "2026-05-06")
    assert house.sql(
        "select count(*), min(n_compared_rows) > 0 from quality.migration_differences"
    ) == [(14, True)]


def test_build_has_something_to_say_after_a_validation(house_after: At) -> None:
    house = _with_quality(house_after("deploy"))
    marker = house.settings().build_marker
    marker.write_text("{}", encoding="utf-8")
    done(house, "validate")
    assert not marker.exists()


def test_end_of_the_migration_is_told(house_after: At) -> None:
    house = _with_quality(house_after("cutover"))
    done(house, "validate", "drop")
    assert [(row[0], row[6]) for row in _told(house)] == [("all", True)]
    house = _with_quality(house_after("archive"))
    done(house, "validate", "rollback --to deploy")
    assert [(row[0], row[6]) for row in _told(house)] == [("all", True)]


def test_warehouse_without_the_table_is_validated_all_the_same(house_after: At) -> None:
    code, said = house_after("deploy").run("validate")
    assert (code, "not told to the data-quality results" in said) == (0, True), said
