"""The tables of a run: `python -m serving summary --tables`; what people read at its end is `short_summary.py`.

It is taken from the published snapshot alone, so what is printed is what readers see. Sums come from the queries in
`serving/queries`; nothing is added up here except the total line.
"""

import datetime as dt
import textwrap
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from warehouse.files import parquet
from warehouse.snapshot import Snapshot

TARGET_SHARE = Decimal("0.95")
"""Attribution coverage wanted, in records and in dollars."""

_QUERIES = Path(__file__).parent / "queries"
WIDTH = 100
WIDTH_OF_TEXT = 22
_TABLES = {
    "spend": "marts.fct_ai_spend_daily",
    "savings": "marts.mart_savings__daily",
    "findings": "quality.dq_results",
    "read_days": "marts.mart_finance__read_days",
}
_SEATS = 2
"""Which of the amounts of spend_by_platform is that of seats."""
_ORIGINS = {
    "sandbox": "SANDBOX DATA: an invented company, no vendor was asked",
    "vendors": "data of the vendors' APIs",
}


def summarise(snapshot: Snapshot) -> list[str]:
    """Return the summary's lines."""
    with duckdb.connect() as connection:
        has = opened(connection, snapshot)
        lines = [
            *heading(snapshot),
            *_loaded(snapshot),
            *(_unread(connection) if has["findings"] else []),
            *spend(connection, snapshot),
            *(half_read(connection) if has["read_days"] else []),
            *_coverage(connection),
            *(_savings(connection) if has["savings"] else []),
            *(_findings(connection) if has["findings"] else []),
            *_where_next(snapshot),
        ]
    return [line.rstrip() for line in lines]


def opened(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> dict[str, bool]:
    """Give the queries their tables and say which of them the snapshot has."""
    connection.execute("set TimeZone = 'UTC'")
    has = {}
    for name, table in _TABLES.items():
        has[name] = snapshot.has(table)
        if has[name] or name == "spend":
            _view(connection, snapshot, name, table)
    return has


def has_failures(snapshot: Snapshot) -> bool:
    """Say whether a check found that figures may be wrong."""
    if not snapshot.has("quality.dq_results"):
        return False
    with duckdb.connect() as connection:
        _view(connection, snapshot, "findings", "quality.dq_results")
        return any(row[1] == "FAIL" for row in rows_of(connection, "findings"))


def heading(snapshot: Snapshot) -> Iterable[str]:
    """Say whose data it is, and of when."""
    origin = str(snapshot.pointer.get("data_origin"))
    as_of = dt.datetime.fromisoformat(str(snapshot.pointer["as_of"]))
    yield "=" * WIDTH
    yield f"AI USAGE ANALYTICS   {_ORIGINS.get(origin, 'origin of the data not stated')}"
    yield f"as of {as_of:%Y-%m-%d %H:%M} UTC, snapshot {snapshot.snapshot_id}"
    yield "=" * WIDTH


def _loaded(snapshot: Snapshot) -> Iterable[str]:
    sources: Sequence[dict[str, Any]] = snapshot.pointer.get("sources", [])
    rows = [
        (
            f"{entry['source']}.{entry['table']}",
            f"{entry['n_rows']:,}",
            f"{entry['first_date']} to {entry['last_date']}" if entry["first_date"] else "",
            str(entry["changed_at"] or "")[:16],
            str(entry["last_status"]),
        )
        for entry in sources
        if entry["n_rows"] or entry["last_status"] not in ("skipped", "unknown")
    ]
    yield ""
    yield "LOADED"
    yield from _table(("table", "rows", "days", "last changed", "last run"), rows, right={1})
    quarantined = [entry for entry in sources if entry["n_quarantined"]]
    for entry in quarantined:
        yield (
            f"  ! {entry['n_quarantined']:,} rows of {entry['source']}.{entry['table']} broke the "
            f"contract: see raw_{entry['source']}.quarantine"
        )
    for entry in sources:
        if entry["last_status"] == "failed":
            yield (
                f"  ! FAILED {entry['source']}.{entry['table']}: {entry['last_error']} "
                "(the days loaded before are kept; run again)"
            )


def _unread(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    found = rows_of(connection, "unread_sources")
    if found:
        yield ""
        yield "NOT READ   what is missing here is in no figure below, which is not to say that it is nothing"
    for (finding,) in found:
        yield from textwrap.wrap(
            str(finding), WIDTH, initial_indent="  ! ", subsequent_indent=" " * 8
        )


def _is_read(snapshot: Snapshot, source: str | None = None, table: str | None = None) -> bool:
    """Say whether a table, or any, was ever read."""
    sources: Sequence[dict[str, Any]] = snapshot.pointer.get("sources", [])
    return any(
        entry["changed_at"] or entry.get("last_success_at")
        for entry in sources
        if source in (None, entry["source"]) and table in (None, entry["table"])
    )


def spend(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> Iterable[str]:
    """Say what it cost, by platform."""
    first, last, n_days, provisional, n_people = rows_of(connection, "spend_window")[0]
    yield ""
    if first is None:
        why = "of what was read nothing was billed, charged or estimated"
        yield f"SPEND: the ledger is empty; {why if _is_read(snapshot) else 'nothing was read'}."
        return
    yield f"SPEND IN USD   {first} to {last}: {n_days} days, {n_people} people"
    found = rows_of(connection, "spend_by_platform")
    totals = [sum((row[column] for row in found), Decimal(0)) for column in range(2, 7)]
    # Nobody knows what seats cost while the tab was never read: no amount, and no 0.
    has_seats = bool(totals[2]) or _is_read(snapshot, "sheets", "seats")
    rows = [(*row[:2], *_amounts(row[2:], has_seats=has_seats)) for row in found]
    rows.append(("all", "", *_amounts(totals, has_seats=has_seats)))
    header = ("vendor", "platform", "billed", "allocated", "seat", "estimated", "total")
    yield from _table(header, rows, right=set(range(2, 7)))
    if not has_seats:
        yield "  ! The seats tab was never read: all totals are without the fees of seats."
    if provisional is not None:
        yield f"  Vendors may still revise the days from {provisional} on."


def _amounts(amounts: Sequence[Decimal], *, has_seats: bool) -> Iterable[str]:
    """Write billed, allocated, seats, estimated and all."""
    for column, amount in enumerate(amounts):
        yield "-" if column == _SEATS and not has_seats else money(amount)


def half_read(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    """Say whose money was not read on every day."""
    for vendor, n_read, n_days in rows_of(connection, "read_days"):
        yield (
            f"  ! {vendor}: its money was read on {n_read:,} of {n_days:,} loaded days; "
            "nobody knows what the others cost"
        )


def _coverage(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    found = rows_of(connection, "coverage_by_platform")
    if not found:
        return
    yield ""
    yield f"WHO USED IT   target: {TARGET_SHARE:.0%} of records and of dollars have an owner"
    sums = [sum((row[column] for row in found), Decimal(0)) for column in range(1, 5)]
    rows = []
    for platform, n_rows, n_owned, usd, owned_usd in [*found, ("all", *sums)]:
        shares = [share(n_owned, n_rows), share(owned_usd, usd)]
        verdict = "ok" if all(s is None or s >= TARGET_SHARE for s in shares) else "below target"
        rows.append((platform, *map(percent, shares), money(usd - owned_usd), verdict))
    header = ("platform", "records", "dollars", "USD without owner", "")
    yield from _table(header, rows, right={1, 2, 3})


def _savings(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    first, last, n_organizations, *unsaid = rows_of(connection, "savings_window")[0]
    if first is None:
        return
    n_overhead, n_unpriced, n_unknown = unsaid
    yield ""
    yield f"ROUTING SAVINGS IN USD   {first} to {last}: {n_organizations} organisations, each against its baseline"
    rows = [
        (
            provider,
            f"{n_tasks:,}",
            f"{n_compared:,}",
            *("-" if a is None else money(a) for a in usd),
        )
        for provider, n_tasks, n_compared, *usd in rows_of(connection, "savings_by_provider")
    ]
    header = ("provider", "tasks", "compared", "cost", "baseline", "savings", "overhead", "net")
    yield from _table(header, rows, right=set(range(1, 8)))
    yield f"  Cost, baseline and savings are those of the compared tasks. {n_overhead:,} others are overhead (failed,"
    yield f"  or repeating what was done); of {n_unknown:,} the price, the units or the baseline is unknown."
    if n_unpriced:
        yield f"  ! {n_unpriced:,} tasks of the overhead have no price: overhead and net savings leave them out"


def _findings(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    found = rows_of(connection, "findings")
    n_checks = rows_of(connection, "checks")[0][0]
    yield ""
    ((n_noted,),) = rows_of(connection, "notes")
    notes = f", {n_noted} have notes (quality.dq_results)" if n_noted else ""
    yield f"WORTH A LOOK   {len(found)} of {n_checks} data-quality checks have findings{notes}"
    for name, status, n_findings, finding, first, last, owner, remedy in found:
        days = "" if first is None else f", {first}" if first == last else f", {first} to {last}"
        more = f" and {n_findings - 1:,} more" if n_findings > 1 else ""
        yield f"  {status}  {name}{days}; owner: {owner or 'nobody yet'}"
        for text in (f"e.g. {finding}{more}" if more else str(finding), str(remedy or "")):
            yield from textwrap.wrap(text, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)


def _where_next(snapshot: Snapshot) -> Iterable[str]:
    yield ""
    yield "WHERE TO LOOK NEXT"
    yield from _table(
        None,
        [
            ("the boards", "make serve, then open the link that it prints"),
            ("the same as files", "make site, then open data/site/index.html"),
            ("every table and column", "make docs, then open target/static_index.html"),
            ("published Parquet files", str(snapshot.folder)),
            ("all findings", "python -m serving summary --findings, or quality.dq_results"),
            ("how a row gets here", "docs/path-of-a-row.md"),
        ],
    )


def _view(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, name: str, table: str) -> None:
    connection.execute(f"create view {name} as select * from {parquet(snapshot.sound_path(table))}")


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query of `queries`."""
    sql = (_QUERIES / f"{query}.sql").read_text(encoding="utf-8")
    return connection.execute(sql).fetchall()


def _table(
    header: Sequence[str] | None, rows: Sequence[Sequence[str]], *, right: Iterable[int] = ()
) -> Iterable[str]:
    everything = ([header] if header else []) + list(rows)
    widths = [max(len(row[column]) for row in everything) for column in range(len(everything[0]))]
    flush_right = set(right)
    for row in everything:
        cells = (
            text.rjust(width) if column in flush_right else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  " + "  ".join(cells)


def money(amount: Decimal) -> str:
    """Write an amount."""
    return f"{amount:,.2f}"


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return a share, of nothing none."""
    return Decimal(part) / Decimal(whole) if whole else None


def percent(share: Decimal | None) -> str:
    """Write a share."""
    # Rounded down, so that 94.99 % never looks like the target.
    return "-" if share is None else f"{int(share * 1000) / 10:.1f} %"
