"""Phase 2: every difference with its reason, in a table and as a page of text."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from migration.attributes import attributes_sql
from migration.comparing import compare_sql
from migration.config import Settings
from migration.reporting import report_differences
from migration.state import State
from migration.tables import TABLES, OldTable
from warehouse.engine import Fingerprint, Warehouse
from warehouse.fingerprint import fingerprint

COLUMNS = (
    "run_number, validation_date, table_name, usage_date, platform, measure, reason, n_rows, old_value, new_value,"
    " difference, is_explained, absolute_difference, largest_difference"
)

TENTH, THIRD, HALF, MOST = (Decimal(text) for text in ("0.1", "0.34", "0.5", "0.9"))
BOUNDS = {
    "late_revision": TENTH,
    "changed_since": TENTH,
    "owner_changed": TENTH,
    "double_counted_rows": THIRD,
    "local_day_boundary": HALF,
    "dropped_by_inner_join": HALF,
    "unknown_to_old": HALF,
    "after_old_stopped": HALF,
    "before_old_began": MOST,
    "platform_unknown_to_old": MOST,
    "named_by_us_only": MOST,
    "flag_never_cleared": MOST,
}
"""The share of a measure's rows that a reason may explain: what explains nearly everything explains nothing."""
AMOUNTS = {"late_revision": TENTH}
"""The share of a measure's amount, old or new, that a reason may explain."""


@dataclass(frozen=True)
class Outcome:
    """What a validation found."""

    number: int
    is_passed: bool
    lines: list[str]


class Found(NamedTuple):
    """One measure and reason of a table, summed over its days and platforms."""

    measure: str
    reason: str
    is_explained: bool
    n_rows: int
    old: Decimal | None
    new: Decimal | None
    difference: Decimal
    absolute: Decimal


@dataclass(frozen=True)
class Judged:
    """What a validation says of one table."""

    seen: Fingerprint
    rows: list[Found]
    problems: list[str]

    @property
    def is_passed(self) -> bool:
        """Whether everything is explained, or accepted."""
        return not self.problems


@dataclass(frozen=True)
class Validating:
    """One validation of all tables."""

    warehouse: Warehouse
    settings: Settings
    state: State
    place: Callable[[OldTable], tuple[str, str]]
    tolerance: Decimal
    tables: Sequence[OldTable]
    accepted: Mapping[str, str]
    number: int

    def judge(self, table: OldTable) -> Judged:
        """Compare a table, write the results, and say what is wrong with them."""
        schema, name = self.place(table)
        seen = fingerprint(self.warehouse, schema, name)
        old = self.warehouse.name(schema, name)
        new = self.warehouse.name(self.settings.new_schema, table.view)
        empty = [*self._empty(table, seen, new), *self._null_keys(table, old, "the old table")]
        if seen.n_rows:
            known = {
                t.name: self.warehouse.name(*self.place(t))
                for t in self.tables
                if t.name.startswith("dim_")
            }
            run = (self.number, self.settings.day.isoformat())
            queries = [compare_sql(self.warehouse, table, old, new, known, run)]
            if table.attributes:
                keys = next(t for t in TABLES if t.name == "dim_api_keys")
                views = self.warehouse.name(self.settings.new_schema, keys.view)
                pair = (known.get(keys.name, views), views)
                queries.append(attributes_sql(self.warehouse, table, old, new, pair, run))
            for query in queries:
                self.warehouse.run(
                    f"insert into {self.state.name('validation_results')} ({COLUMNS}) {query}"
                )
        rows = self._read(table)
        problems = [] if passes(rows, self.tolerance, self._is_accepted(table)) else [UNEXPLAINED]
        problems += [
            text.replace("<table>", table.name)
            for text in out_of_bounds(rows, self._is_accepted(table))
        ]
        return Judged(seen, rows, [*empty, *problems])

    def _read(self, table: OldTable) -> list[Found]:
        rows = self.warehouse.rows(
            "select measure, reason, is_explained, sum(n_rows), sum(old_value), sum(new_value),"
            f" sum(difference), sum(absolute_difference) from {self.state.name('validation_results')}"
            f" where run_number = {self.number} and table_name = '{table.name}'"
            " group by measure, reason, is_explained order by measure, reason"
        )
        return [Found(*row) for row in rows]

    def _is_accepted(self, table: OldTable) -> Callable[[str], bool]:
        return lambda name: f"{table.name}.{name}" in self.accepted

    def _empty(self, table: OldTable, seen: Fingerprint, new: str) -> list[str]:
        """An empty side is equal to nothing."""
        ((n_new,),) = self.warehouse.rows(f"select count(*) from {new}")
        if (seen.n_rows and n_new) or self._is_accepted(table)("empty"):
            return []
        sides = [side for side, n in (("the old table", seen.n_rows), ("our view", n_new)) if not n]
        return [
            f"{' and '.join(sides)} has no row; where that is right: --accept '{table.name}.empty=<why>'"
        ]

    def _null_keys(self, table: OldTable, source: str, side: str) -> list[str]:
        """A row without its key or day is compared with nothing."""
        where = " or ".join(f"{name} is null" for name in table.never_null)
        ((n_rows,),) = self.warehouse.rows(f"select count(*) from {source} where {where}")
        if not n_rows or self._is_accepted(table)("null_key"):
            return []
        return [
            f"{n_rows:,} rows of {side} have no {' or no '.join(table.never_null)}; where that is right:"
            f" --accept '{table.name}.null_key=<why>'"
        ]


UNEXPLAINED = "differences without an explanation"


def validate_tables(
    warehouse: Warehouse,
    settings: Settings,
    state: State,
    place: Callable[[OldTable], tuple[str, str]],
    tolerance: Decimal,
    tables: Sequence[OldTable] = TABLES,
    accepted: Mapping[str, str] | None = None,
) -> Outcome:
    """Compare every table, write the results, then record that the validation took place.

    Args:
        warehouse: The warehouse.
        settings: Where the tables are.
        state: The migration's own tables.
        place: Where the old rows of a table are now.
        tolerance: Unexplained share of a table's measure that passes: sum of absolute differences over the new figure.
        tables: The old tables.
        accepted: What may differ all the same, as `table.column` or `table.reason`, and why.
    """
    accepted = accepted or {}
    number = state.next_run()
    run = Validating(warehouse, settings, state, place, tolerance, tables, accepted, number)
    lines, verdicts = [f"validation {number} of {settings.day} (UTC)"], {}
    for table in tables:
        judged = verdicts[table.name] = run.judge(table)
        lines += _lines(table, judged)
    lines += [f"accepted: {name}: {why}" for name, why in sorted(accepted.items())]
    state.record_validation(
        number, {name: (one.seen, one.is_passed) for name, one in verdicts.items()}
    )
    is_told = report_differences(
        warehouse, settings, state, number, {name: one.is_passed for name, one in verdicts.items()}
    )
    if not is_told:
        lines.append(
            "not told to the data-quality results: quality.migration_differences is not there yet (make run)"
        )
    is_passed = all(one.is_passed for one in verdicts.values())
    if not is_passed:
        failed = ", ".join(name for name, one in verdicts.items() if UNEXPLAINED in one.problems)
        if failed:
            lines.append(f"validate: FAILED: differences without an explanation in {failed}.")
        for name, one in verdicts.items():
            lines += [
                f"validate: FAILED: {name}: {text}." for text in one.problems if text != UNEXPLAINED
            ]
        lines += [
            f"  Look: select * from {settings.own_schema}.validation_results where run_number = {number} and not is_explained",
            "  not_loaded_here: make backfill SINCE=<first old day>. unexplained: docs/migration.md, 'What to do'.",
        ]
    return Outcome(number, is_passed, lines)


def acceptable(table: OldTable) -> list[str]:
    """Return what of a table may be accepted by name: a measure that differs never is."""
    return [f"{table.name}.{name}" for name in (*table.attributes, *BOUNDS, "empty", "null_key")]


def passes(
    rows: Iterable[Found], tolerance: Decimal, is_accepted: Callable[[str], bool] = lambda _: False
) -> bool:
    """Return whether what is unexplained is, for every measure, a share of our figure that passes."""
    zero = Decimal(0)
    unexplained: dict[str, Decimal] = {}
    new: dict[str, Decimal] = {}
    for one in rows:
        if is_accepted(one.measure):
            continue
        # It differs by no amount, so no share of one covers it.
        if one.reason == "null_against_zero":
            return False
        new[one.measure] = new.get(one.measure, zero) + abs(one.new or zero)
        apart = zero if one.is_explained else one.absolute
        unexplained[one.measure] = unexplained.get(one.measure, zero) + apart
    return all(unexplained[measure] <= tolerance * new[measure] for measure in new)


def out_of_bounds(
    rows: Sequence[Found], is_accepted: Callable[[str], bool] = lambda _: False
) -> list[str]:
    """Return the reasons that explain more than such a reason can."""
    result = []
    for measure in dict.fromkeys(one.measure for one in rows):
        if is_accepted(measure):
            continue
        own = [one for one in rows if one.measure == measure]
        n_rows = sum(one.n_rows for one in own)
        zero = Decimal(0)
        sides = (
            sum((one.old or zero for one in own), zero),
            sum((one.new or zero for one in own), zero),
        )
        amount = max(abs(side) for side in sides)
        for one in own:
            bounds = (
                ("rows", Decimal(one.n_rows), Decimal(n_rows), BOUNDS.get(one.reason)),
                ("amount", one.absolute, amount, AMOUNTS.get(one.reason)),
            )
            for what, part, whole, bound in bounds:
                if bound is not None and part > bound * whole and not is_accepted(one.reason):
                    result.append(
                        f"{measure}: {one.reason} explains {part:,.10g} of {whole:,.10g} ({what}), more than {bound:.0%};"
                        f" where that is right: --accept '<table>.{one.reason}=<why>'"
                    )
    return result


def _lines(table: OldTable, judged: Judged) -> list[str]:
    lines = ["", f"{table.name}: {'explained' if judged.is_passed else 'NOT EXPLAINED'}"]
    lines.append(
        f"  {'measure':<28}{'reason':<26}{'rows':>8}{'old':>20}{'new':>20}{'difference':>20}"
    )
    totals: dict[str, list[Decimal]] = {}
    for one in judged.rows:
        total = totals.setdefault(one.measure, [Decimal(0), Decimal(0)])
        total[0] += one.old or 0
        total[1] += one.new or 0
        mark = "" if one.is_explained else "  !"
        lines.append(
            f"  {one.measure:<28}{one.reason:<26}{one.n_rows:>8,}{_number(one.old)}{_number(one.new)}"
            f"{_number(one.difference)}{mark}"
        )
    for measure, (old, new) in totals.items():
        lines.append(
            f"  {measure:<28}{'all':<26}{'':>8}{_number(old)}{_number(new)}{_number(new - old)}"
        )
    lines += [f"  not compared: {name}: {why}" for name, why in table.not_compared.items()]
    return lines


def _number(value: Decimal | None) -> str:
    if value is None:
        return f"{'NULL':>20}"
    whole = value == value.to_integral_value()
    return f"{value:>20,.0f}" if whole else f"{value:>20,.4f}"
