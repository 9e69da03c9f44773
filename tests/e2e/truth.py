"""Compares a warehouse with the sandbox's answer key, column by column.

How exact is equal?

* Counts and texts are equal, and NULL is not 0.
* Money is equal to `ROW_USD` (a millionth of a dollar) per row, and `fct_ai_spend_daily` adds up
  to the bill exactly (see `bill_differences`). The millionth is not slack for mistakes: a bill line
  has as many decimals as the vendor writes, the answer key knows each request's cost to a trillionth,
  and splitting the line gives every part whole billionths, with what is left over on the largest
  part. So parts of one line may be a few billionths away from the truth; a price, a token or a share
  that is wrong moves them by far more. What is not split is held to a billionth (`EXACT_USD`).
* Money that no source states is NULL in a fact and a sum over nothing, 0, in the answer key
  (`UNSTATED`); the other way round is a difference.
* A flag is never NULL in a fact: what the answer key leaves open is false.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

ROW_USD = "0.000001"
EXACT_USD = "0.000000001"

UNSTATED = ("seat_cost_usd", "total_cost_usd", "usage_cost_usd")


@dataclass(frozen=True)
class Pair:
    """A table and the file that it must equal."""

    table: str
    file: str
    keys: tuple[str, ...]
    renamed: dict[str, str] = field(default_factory=dict)
    """Columns of the file, and the expression over the table that is compared with them."""


PAIRS = (
    Pair(
        "marts.fact_cursor_daily_usage",
        "cursor_daily",
        ("usage_date", "user_email"),
    ),
    Pair(
        "marts.fact_claude_daily_usage",
        "claude_daily",
        ("usage_date", "platform", "actor_type", "actor_id"),
        {
            "usage_cost_usd": "total_cost_usd - coalesce(seat_cost_usd, 0)",
            "has_usage_row": "has_productivity_data or has_token_data",
        },
    ),
    Pair(
        "marts.fct_claude_model_daily_usage",
        "claude_model_daily",
        ("usage_date", "platform", "actor_type", "actor_id", "model"),
        {
            # Who pays nothing is shown as the Claude Code report spells the model.
            "model": r"regexp_replace(regexp_replace(model, '^.*(claude-)', '\1'),"
            r" '([-@]20251001|-v1:0|\[1m\])$', '')",
            "usage_cost_usd": "total_cost_usd",
            "has_usage_row": "coalesce(uncached_input_tokens, output_tokens) is not null",
        },
    ),
    Pair(
        "marts.fct_gemini_daily_usage",
        "gemini_daily",
        ("usage_date", "actor_type", "actor_id", "app_name"),
    ),
    Pair(
        "marts.fct_ai_spend_daily",
        "ledger",
        (
            *("usage_date", "vendor", "platform", "actor_type", "actor_id"),
            *("model", "cost_component", "spend_basis"),
        ),
    ),
)


@contextmanager
def opened(warehouse: Path, truth: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse beside its answer key, one view `true_<file>` per file."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        for path in sorted(truth.glob("*.jsonl")):
            columns = _columns(path)
            if columns:
                connection.execute(
                    f"create table true_{path.stem} as select * from read_json("
                    f"'{path}', format = 'newline_delimited', columns = {columns})"
                )
        yield connection


def _columns(path: Path) -> dict[str, str]:
    """Return the types of a file's columns, from their names: no guess from the rows."""
    with path.open(encoding="utf-8") as lines:
        names = json.loads(next(lines, "{}"))
    return {name: _type(name) for name in names}


def _type(name: str) -> str:
    if name == "usage_date":
        return "date"
    if name.endswith("_usd"):
        return "decimal(38, 12)"
    if name.startswith(("is_", "has_")):
        return "boolean"
    if name.startswith("n_") or name.endswith("_tokens"):
        return "bigint"
    return "varchar"


def differences(warehouse: Path, truth: Path, *, pairs: tuple[Pair, ...] = PAIRS) -> list[str]:
    """Return what differs, one line per table and column; empty means equal."""
    with opened(warehouse, truth) as connection:
        return [line for pair in pairs for line in _pair_differences(connection, pair)]


def _pair_differences(connection: duckdb.DuckDBPyConnection, pair: Pair) -> Iterator[str]:
    known = {row[0] for row in connection.execute("show tables").fetchall()}
    if f"true_{pair.file}" not in known:
        n_rows = _one(connection, f"select count(*) from warehouse.{pair.table}")
        if n_rows:
            yield f"{pair.table}: {n_rows} rows, the truth has none"
        return
    columns = [row[0] for row in connection.execute(f"describe true_{pair.file}").fetchall()]
    measures = [name for name in columns if name not in pair.keys]
    ours = ", ".join(
        f"{pair.renamed.get(name, name)} as {name}" for name in (*pair.keys, *measures)
    )
    on = " and ".join(f"a.{key} is not distinct from b.{key}" for key in pair.keys)
    connection.execute(
        f"""
        create or replace temp table joined as
        select a, b
        from (select {ours} from warehouse.{pair.table}) as a
        full join true_{pair.file} as b on {on}
        """
    )
    key = ", ".join(f"coalesce(a.{name}::varchar, b.{name}::varchar)" for name in pair.keys)
    again = f"select {', '.join(pair.keys)} from warehouse.{pair.table} group by all having count(*) > 1"
    n_again = _one(connection, f"select count(*) from ({again})")
    if n_again:
        yield f"{pair.table}: {n_again} keys are there more than once"
    for side, what in (("a", "missing"), ("b", "not in the truth")):
        yield from _line(connection, pair, what, f"{side}.usage_date is null", key)
    for name in measures:
        wrong = f"a.usage_date = b.usage_date and ({_unequal(name)})"
        yield from _line(connection, pair, name, wrong, f"{key}, a.{name}, b.{name}")


def _unequal(name: str) -> str:
    if name.startswith(("is_", "has_")):
        return f"a.{name} is distinct from coalesce(b.{name}, false)"
    if not name.endswith("_usd"):
        return f"a.{name} is distinct from b.{name}"
    ours = f"coalesce(a.{name}, 0)" if name in UNSTATED else f"a.{name}"
    nulls = "false" if name in UNSTATED else f"(a.{name} is null) <> (b.{name} is null)"
    return f"{nulls} or (b.{name} is null and a.{name} <> 0) or abs({ours} - b.{name}) > {ROW_USD}"


def _line(
    connection: duckdb.DuckDBPyConnection, pair: Pair, what: str, condition: str, shown: str
) -> Iterator[str]:
    found = connection.execute(
        f"select {shown}, count(*) over () from joined where {condition} order by all limit 2"
    ).fetchall()
    if found:
        examples = "; ".join(str(row[:-1]) for row in found)
        yield f"{pair.table}: {what}: {found[0][-1]} rows, e.g. {examples}"


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> object:
    row = connection.execute(sql).fetchone()
    return None if row is None else row[0]
