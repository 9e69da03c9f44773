"""Phase 2: every difference with its reason, in a table and as a page of text."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from migration.comparing import compare_sql
from migration.config import Settings
from migration.state import State
from migration.tables import TABLES, OldTable
from warehouse.engine import Fingerprint, Warehouse
from warehouse.fingerprint import fingerprint

COLUMNS = (
    "run_number, validation_date, table_name, usage_date, platform, measure, reason, n_rows, old_value, new_value,"
    " difference, is_explained"
)


@dataclass(frozen=True)
class Outcome:
    """What a validation found."""

    number: int
    is_passed: bool
    lines: list[str]


def validate_tables(
    warehouse: Warehouse,
    settings: Settings,
    state: State,
    place: Callable[[OldTable], tuple[str, str]],
    tolerance: float,
    tables: Sequence[OldTable] = TABLES,
) -> Outcome:
    """Compare every table, write the results, then record that the validation took place.

    Args:
        warehouse: The warehouse.
        settings: Where the tables are.
        state: The migration's own tables.
        place: Where the old rows of a table are now.
        tolerance: Unexplained share of a table's measure that passes: sum of absolute differences over the new figure.
        tables: The old tables.
    """
    number = state.next_run()
    known = {t.name: warehouse.name(*place(t)) for t in tables if t.name.startswith("dim_")}
    lines, verdicts = [f"validation {number} of {settings.day} (UTC)"], {}
    for table in tables:
        seen: Fingerprint = fingerprint(warehouse, *place(table))
        query = compare_sql(
            warehouse,
            table,
            warehouse.name(*place(table)),
            warehouse.name(settings.new_schema, table.view),
            known,
            (number, settings.day.isoformat()),
        )
        warehouse.run(f"insert into {state.name('validation_results')} ({COLUMNS}) {query}")
        rows = warehouse.rows(
            "select measure, reason, is_explained, sum(n_rows), sum(old_value), sum(new_value),"
            f" sum(difference), sum(abs(difference)) from {state.name('validation_results')}"
            f" where run_number = {number} and table_name = '{table.name}'"
            " group by measure, reason, is_explained order by measure, reason"
        )
        passed = passes(rows, Decimal(str(tolerance)))
        verdicts[table.name] = (seen, passed)
        lines += _lines(table, rows, passed)
    state.record_validation(number, verdicts)
    is_passed = all(passed for _, passed in verdicts.values())
    if not is_passed:
        failed = ", ".join(name for name, (_, passed) in verdicts.items() if not passed)
        lines += [
            f"validate: FAILED: differences without an explanation in {failed}.",
            f"  Look: select * from {settings.own_schema}.validation_results where run_number = {number} and not is_explained",
            "  not_loaded_here: make backfill SINCE=<first old day>. unexplained: docs/migration.md, 'What to do'.",
        ]
    return Outcome(number, is_passed, lines)


def passes(rows: Iterable[Any], tolerance: Decimal) -> bool:
    """Return whether what is unexplained is, for every measure, a share of our figure that passes."""
    unexplained: dict[str, Decimal] = {}
    new: dict[str, Decimal] = {}
    for measure, reason, is_explained, _, _, new_value, _, absolute in rows:
        if reason == "null_against_zero":  # it differs by no amount, so no share of one covers it
            return False
        new[measure] = new.get(measure, Decimal(0)) + abs(new_value or 0)
        unexplained[measure] = unexplained.get(measure, Decimal(0)) + (
            0 if is_explained else absolute
        )
    return all(unexplained[measure] <= tolerance * new[measure] for measure in new)


def _lines(table: OldTable, rows: Iterable[Any], passed: bool) -> list[str]:
    lines = ["", f"{table.name}: {'explained' if passed else 'NOT EXPLAINED'}"]
    lines.append(
        f"  {'measure':<28}{'reason':<26}{'rows':>8}{'old':>20}{'new':>20}{'difference':>20}"
    )
    totals: dict[str, list[Decimal]] = {}
    for measure, reason, is_explained, n_rows, old, new, difference, _ in rows:
        total = totals.setdefault(measure, [Decimal(0), Decimal(0)])
        total[0] += old or 0
        total[1] += new or 0
        mark = "" if is_explained else "  !"
        lines.append(
            f"  {measure:<28}{reason:<26}{n_rows:>8,}{_number(old)}{_number(new)}{_number(difference)}{mark}"
        )
    for measure, (old, new) in totals.items():
        lines.append(
            f"  {measure:<28}{'all':<26}{'':>8}{_number(old)}{_number(new)}{_number(new - old)}"
        )
    return lines


def _number(value: Decimal | None) -> str:
    if value is None:
        return f"{'NULL':>20}"
    whole = value == value.to_integral_value()
    return f"{value:>20,.0f}" if whole else f"{value:>20,.4f}"
