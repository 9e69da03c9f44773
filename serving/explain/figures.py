"""A figure of a board: which rows of the ledger it adds up. The sum is of the ledger; the figure is only compared with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from serving.explain.arithmetic import plain
from serving.explain.explanation import as_text, fields
from serving.explain.reading import LEDGER, NothingFoundError, Row, named

MOST_SHOWN = 20
_MONTH = "date_trunc('month', ledger.usage_date) = figure.month_start_date"
_SCOPES = ("category", "vendor", "platform", "team", "department", "cost_centre")
_COLUMNS = {"team": "team_name", "department": "department_name"}


@dataclass(frozen=True)
class Board:
    """A mart whose money is the ledger's: which figure, and which rows of the ledger it adds up."""

    figure: str
    rows: str
    """SQL over one row `figure` of the mart and a row `ledger`."""


def _any_of(conditions: Mapping[str, str], column: str) -> str:
    cases = " ".join(f"when '{name}' then {sql}" for name, sql in conditions.items())
    return f"case figure.{column} {cases} end"


_OF_SCOPE = {
    "company": "true",
    **{
        scope: f"lower(ledger.{_COLUMNS.get(scope, scope)}) = lower(figure.budget_scope_value)"
        for scope in _SCOPES
    },
}


def _same(*columns: str) -> str:
    # A roll-up shows money of no team under NULL, and spells a team in one way.
    return " and ".join(
        f"lower(ledger.{name}) is not distinct from lower(figure.{name})" for name in columns
    )


_OF_ROLLUP = {
    "company": "true",
    "category_vendor_team": _same("category", "vendor", "team_name"),
    "category": _same("category"),
    "vendor": _same("vendor"),
    "platform": _same("platform"),
    "team": _same("team_name"),
    "cost_centre": _same("cost_centre"),
}
BOARDS: Mapping[str, Board] = {
    "marts.mart_finance__daily_spend": Board(
        "spend_usd",
        f"ledger.usage_date = figure.usage_date and {_any_of(_OF_SCOPE, 'budget_scope')}",
    ),
    "marts.mart_finance__chargeback": Board(
        "spend_usd",
        f"{_MONTH} and {_same('vendor', 'platform')} and case figure.charge_status"
        " when 'unattributed' then ledger.attribution_method = 'unattributed'"
        " when 'no_cost_centre' then ledger.attribution_method <> 'unattributed' and ledger.cost_centre is null"
        " else ledger.attribution_method <> 'unattributed' and ledger.cost_centre = figure.charged_cost_centre end",
    ),
    "marts.mart_finance__cost_reconciliation": Board(
        "ledger_usd", f"{_MONTH} and {_same('vendor')}"
    ),
    "marts.mart_finance__spend_bridge": Board(
        "spend_usd", f"{_MONTH} and {_same('vendor', 'platform')}"
    ),
    "marts.mart_executive__overview_monthly": Board(
        "spend_usd", f"{_MONTH} and {_any_of(_OF_ROLLUP, 'rollup_scope')}"
    ),
    "marts.mart_executive__person_monthly": Board(
        "spend_usd",
        f"{_MONTH} and coalesce(ledger.person_id, ledger.person_email, 'unattributed') = figure.person_key",
    ),
}


@dataclass(frozen=True)
class FigureExplanation:
    """Rows of the ledger beside the figure that they are."""

    mart: str
    figure: str
    amount: Decimal | None
    row: Row
    rows: Sequence[Row]

    @property
    def sum_usd(self) -> Decimal:
        """Return what the rows come to."""
        return sum((row["spend_usd"] for row in self.rows), Decimal(0))

    @property
    def comes_out(self) -> bool:
        """Say whether the rows are the figure; unknown is what no row speaks of."""
        return (not self.rows) if self.amount is None else self.sum_usd == self.amount

    def as_fields(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "kind": "figure",
            "mart": self.mart,
            "figure": self.figure,
            "amount_usd": None if self.amount is None else plain(self.amount),
            "sum_usd": plain(self.sum_usd),
            "comes_out": self.comes_out,
            "row": fields(self.row),
            "ledger_rows": [fields(row) for row in self.rows],
        }

    def lines(self) -> Iterator[str]:
        """Return it for people."""
        yield f"FIGURE {self.mart}.{self.figure}   {as_text(self.amount)} USD"
        yield "  " + ", ".join(
            f"{name} {value}" for name, value in self.row.items() if _is_name(name, value)
        )
        yield ""
        yield f"ROWS OF THE LEDGER   {len(self.rows)}, the largest first"
        for row in self.rows[:MOST_SHOWN]:
            what = ("usage_date", "platform", "actor_id", "model", "cost_component", "spend_basis")
            text = "  ".join(str(row[name]) for name in what if row[name])
            yield f"  {plain(row['spend_usd']):>16}  {row['spend_id']}  {text}"
        rest = self.rows[MOST_SHOWN:]
        if rest:
            left = sum((row["spend_usd"] for row in rest), Decimal(0))
            yield f"  {plain(left):>16}  {len(rest)} more rows: --json has them all"
        yield f"  = {plain(self.sum_usd)} USD" + ("" if self.comes_out else "   DOES NOT COME OUT")
        yield "  One row of them: python -m serving explain <its id>"


def explain(
    cursor: duckdb.DuckDBPyConnection, mart: str, keys: Mapping[str, str]
) -> FigureExplanation:
    """Explain the figure of one row of a mart.

    Args:
        cursor: Of what is published.
        mart: Its name, with schema or without.
        keys: Columns and values that one row of it has; an empty value is NULL.

    Raises:
        NothingFoundError: The mart is none of BOARDS, or no row or several have these values; the message says which.
    """
    name = mart if "." in mart else f"marts.{mart}"
    if name not in BOARDS:
        known = ", ".join(sorted(board.partition(".")[2] for board in BOARDS))
        raise NothingFoundError(
            f"The figures of this mart are not explained; those of these are: {known}."
        )
    board = BOARDS[name]
    columns = {row[0] for row in cursor.execute(f"describe {name}").fetchall()}
    if not keys or not keys.keys() <= columns:
        raise NothingFoundError(
            f"Name columns of {name} and their values: {', '.join(sorted(columns))}."
        )
    condition = " and ".join(
        f'cast("{column}" as varchar) is not distinct from ?' for column in keys
    )
    values = [text or None for text in keys.values()]
    figures = named(cursor.execute(f"select * from {name} where {condition}", values))
    if len(figures) != 1:
        found = "No row has" if not figures else f"{len(figures)} rows have"
        raise NothingFoundError(f"{found} these values in {name}: name more columns, or its key.")
    sql = (
        f"select ledger.* from {LEDGER} as ledger, (select * from {name} where {condition}) as figure"
        f" where {board.rows} order by ledger.spend_usd desc, ledger.spend_id"
    )
    rows = named(cursor.execute(sql, values))
    return FigureExplanation(name, board.figure, figures[0][board.figure], figures[0], rows)


def _is_name(name: str, value: object) -> bool:
    is_said = value is not None and not isinstance(value, Decimal | bool)
    return is_said and not name.endswith(("_id", "loaded_at")) and not name.startswith("n_")
