"""All phases forward and back on a real DuckDB file, refusals, and what the validation says of the planted mistakes."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from migration.tables import TABLES
from tests.integration.migration.conftest import TODAY, House

TOMORROW = TODAY + dt.timedelta(days=1)
NAMES = {table.name for table in TABLES}


def test_all_phases_forward_and_all_the_way_back(house: House, done: Callable[..., None]) -> None:
    before = house.fingerprints()
    assert set(before) == NAMES
    done("deploy", "validate", "archive", "cutover")
    assert house.fingerprints() == {}, "all old names are views"
    assert house.fingerprints("__before_cutover") == before
    new = house.sql("select sum(cost_usd) from compatibility.mart_legacy__fct_cost_daily")
    assert house.sql("select sum(cost_usd) from legacy.fct_cost_daily") == new
    done("validate", "drop", day=TOMORROW)
    assert set(house.kinds().values()) == {"view"}
    done("rollback --to nothing", day=TOMORROW)
    assert house.fingerprints() == before
    assert set(house.kinds()) == NAMES, "nothing is left beside the old tables"


def test_each_phase_is_undone_one_by_one(house: House, done: Callable[..., None]) -> None:
    before = house.fingerprints()
    done("deploy", "validate", "archive", "cutover", "drop")
    for phase in ("cutover", "archive", "validate", "deploy", "nothing"):
        done("rollback")
        assert house.run("status")[1] == f"done: {phase}\n"
        places = house.fingerprints("__before_cutover" if phase == "cutover" else "")
        assert places == before, phase
    done("deploy", "validate", "archive", "cutover", "drop")


def test_every_phase_can_be_repeated(house: House, done: Callable[..., None]) -> None:
    before = house.fingerprints()
    for phase in ("deploy", "validate", "archive", "cutover"):
        done(phase, phase)
    assert house.fingerprints("__before_cutover") == before
    done("drop", "drop", "rollback", "rollback", "rollback", "rollback", "rollback", "rollback")
    assert house.fingerprints() == before


def test_dry_run_changes_nothing(house: House, done: Callable[..., None]) -> None:
    for phase in ("deploy", "validate", "archive", "cutover", "drop", "rollback"):
        content = house.file.read_bytes()
        code, said = house.run(phase, "--dry-run")
        assert (code, "dry run: would" in said) == (0, True), said
        assert house.file.read_bytes() == content, phase
        if phase != "rollback":
            done(phase)


def test_phases_out_of_order_are_refused_with_the_next_step(
    house: House, done: Callable[..., None]
) -> None:
    for phase in ("validate", "archive", "cutover", "drop"):
        code, said = house.run(phase)
        assert (code, "First: make migrate-deploy" in said) == (1, True), said
    done("deploy", "validate")
    code, said = house.run("cutover")
    assert (code, "First: make migrate-archive" in said) == (1, True), said


def test_validation_of_another_day_is_refused(house: House, done: Callable[..., None]) -> None:
    done("deploy", "validate", "archive")
    code, said = house.run("cutover", day=TOMORROW)
    assert (code, "needs a validation that passed on 2026-06-04" in said) == (1, True), said
    done("cutover")
    code, said = house.run("drop", day=TOMORROW)
    assert (code, "First: make migrate-validate" in said) == (1, True), said
    assert len(house.fingerprints("__before_cutover")) == len(TABLES)


def test_rows_written_after_validation_are_refused(house: House, done: Callable[..., None]) -> None:
    done("deploy", "validate", "archive")
    house.sql("insert into legacy.dim_users (user_id, email) values ('late', 'late@one.example')")
    code, said = house.run("cutover")
    assert (code, "dim_users has changed since it was validated" in said) == (1, True), said


def test_archive_that_lost_a_row_is_refused(house: House, done: Callable[..., None]) -> None:
    done("deploy", "validate", "archive", "cutover")
    archive = "migration.archive_raw_anthropic_cost_20260603"
    house.sql(f"delete from {archive} where request_id = (select min(request_id) from {archive})")
    code, said = house.run("drop")
    assert (code, "differ. First: make migrate-archive" in said) == (1, True), said
    done("archive", "drop")


def test_archive_whose_content_changed_is_refused(house: House, done: Callable[..., None]) -> None:
    done("deploy", "validate", "archive")
    house.sql(
        "update migration.archive_dim_users_20260603 set team = 'Other' where user_id = 'u0001'"
    )
    code, said = house.run("cutover")
    assert (code, "archive_dim_users_20260603 and dim_users differ" in said) == (1, True), said


def test_expired_archives_go_after_thirty_days_and_not_before(
    house: House, done: Callable[..., None]
) -> None:
    done("deploy", "validate", "archive", "cutover", "validate", "drop")
    count = "select count(*) from information_schema.tables where table_name like 'archive_%'"
    done("drop --expired", day=TODAY + dt.timedelta(days=29))
    assert house.sql(count) == [(7,)]
    done("drop --expired", day=TODAY + dt.timedelta(days=30))
    assert house.sql(count) == [(0,)]
    code, said = house.run("rollback")
    assert (code, "has no archive" in said) == (1, True), said


def test_missing_view_is_refused(house: House) -> None:
    house.sql("drop table compatibility.mart_legacy__dim_users")
    code, said = house.run("deploy")
    assert (code, "mart_legacy__dim_users does not exist. First: make run" in said) == (1, True), (
        said
    )


# ── What the validation says ─────────────────────────────────────────────────────────────────────────────────────


def _reasons(house: House, table: str, measure: str) -> dict[str, tuple[Decimal, Decimal]]:
    rows = house.sql(
        "select reason, sum(old_value), sum(new_value) from migration.validation_results"
        f" where table_name = '{table}' and measure = '{measure}'"
        " and run_number = (select max(run_number) from migration.validation_results) group by reason"
    )
    return {str(reason): (Decimal(str(old)), Decimal(str(new))) for reason, old, new in rows}


def test_planted_mistakes_are_explained_with_both_figures(
    house: House, done: Callable[..., None]
) -> None:
    done("deploy", "validate")
    found = _reasons(house, "raw_anthropic_cost", "cost_usd")
    assert set(found) == {"cents_read_as_dollars", "double_counted_rows", "late_revision"}
    old, new = found["cents_read_as_dollars"]
    late = found["late_revision"]
    assert new > 0
    # 99 % of the restated lines are the cents' too; what is left of them is the revision.
    assert abs(old - 100 * new - 99 * late[0]) < Decimal("0.01")
    (total,) = house.sql("select sum(cost_usd) from legacy.raw_anthropic_cost")
    assert abs(sum(value for value, _ in found.values()) - Decimal(str(total[0]))) < Decimal(
        "0.001"
    )
    usage = _reasons(house, "fct_usage_daily", "lines_of_code_added")
    assert set(usage) == {
        "equal",
        "double_counted_rows",
        "local_day_boundary",
        "dropped_by_inner_join",
    }
    assert usage["local_day_boundary"][0] == usage["local_day_boundary"][1] > 0
    assert usage["dropped_by_inner_join"][0] == 0 < usage["dropped_by_inner_join"][1]


def test_parts_add_up_to_both_tables(house: House, done: Callable[..., None]) -> None:
    done("deploy", "validate")
    for table in TABLES:
        for measure in table.measures:
            parts = _reasons(house, table.name, measure)
            for side, schema, name in ((0, "legacy", table.name), (1, "compatibility", table.view)):
                (total,) = house.sql(
                    f"select coalesce(sum(cast({measure} as decimal(38, 9))), 0) from {schema}.{name}"
                )
                said = sum((both[side] for both in parts.values()), Decimal(0))
                assert abs(said - Decimal(str(total[0]))) < Decimal("0.00001"), (
                    table.name,
                    measure,
                    side,
                )


def test_one_wrong_row_is_unexplained_and_fails(house: House, done: Callable[..., None]) -> None:
    done("deploy")
    house.sql(
        "update legacy.raw_anthropic_usage set output_tokens = output_tokens * 3 + 1000 where request_id ="
        " (select max(request_id) from legacy.raw_anthropic_usage where usage_date = date '2026-05-20')"
    )
    code, said = house.run("validate")
    assert (
        code,
        "validate: FAILED: differences without an explanation in raw_anthropic_usage" in said,
    ) == (1, True)
    assert _reasons(house, "raw_anthropic_usage", "output_tokens")["unexplained"][0] > 0
    code, said = house.run("archive")
    assert code == 1, "a validation that failed is no validation"


def test_systematic_error_is_not_taken_for_revisions(
    house: House, done: Callable[..., None]
) -> None:
    done("deploy")
    house.sql(
        "update legacy.raw_cursor_usage set total_lines_added = cast(total_lines_added * 1.1 as bigint) + 1"
    )
    code, said = house.run("validate")
    assert (code, "NOT EXPLAINED" in said) == (1, True)
    assert "late_revision" not in _reasons(house, "raw_cursor_usage", "total_lines_added")


def test_history_that_was_not_loaded_fails(house: House, done: Callable[..., None]) -> None:
    done("deploy")
    house.sql(
        "delete from compatibility.mart_legacy__raw_anthropic_usage where usage_date < date '2026-05-01'"
    )
    code, said = house.run("validate")
    assert (code, "not_loaded_here" in said, "make backfill" in said) == (1, True, True)
