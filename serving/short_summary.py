"""The forty lines at the end of a run: what it cost, what is wrong, where to look. `serving summary --tables` has the rest.

Made of the same queries over the same snapshot as the tables of `summary.py`, so the two cannot say different things.
"""

import textwrap
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from serving.summary import (
    TARGET_SHARE,
    WIDTH,
    WIDTH_OF_TEXT,
    half_read,
    heading,
    money,
    opened,
    percent,
    rows_of,
    share,
    spend,
)
from warehouse.snapshot import Snapshot

MOST_LOST, MOST_UNREAD, MOST_FAILED, MOST_WARNINGS = 4, 3, 4, 6


def in_short(snapshot: Snapshot) -> list[str]:
    """Return the lines."""
    with duckdb.connect() as connection:
        has = opened(connection, snapshot)
        lines = [
            *heading(snapshot),
            *_loaded(snapshot),
            *(_unread(connection) if has["findings"] else []),
            *spend(connection, snapshot),
            *(half_read(connection) if has["read_days"] else []),
            *_owners(connection),
            *(_savings(connection) if has["savings"] else []),
            *(_findings(connection) if has["findings"] else []),
            *_where_next(snapshot),
        ]
    return [line.rstrip() for line in lines]


def _loaded(snapshot: Snapshot) -> Iterable[str]:
    entries: Sequence[dict[str, Any]] = snapshot.pointer.get("sources", [])
    read = [entry for entry in entries if entry["n_rows"]]
    sources = sorted({entry["source"] for entry in read})
    n_rows = sum(entry["n_rows"] for entry in read)
    yield f"LOADED   {n_rows:,} rows in {len(read)} tables: {', '.join(sources) or 'nothing'}"
    wrong = [
        f"FAILED {entry['source']}.{entry['table']}: {entry['last_error']}"
        for entry in entries
        if entry["last_status"] == "failed"
    ] + [
        f"{entry['n_quarantined']:,} rows of {entry['source']}.{entry['table']} were kept out: see"
        f" raw_{entry['source']}.quarantine"
        for entry in entries
        if entry["n_quarantined"]
    ]
    yield from _some(wrong, MOST_LOST, "!")


def _unread(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    unread = [str(finding) for (finding,) in rows_of(connection, "unread_sources")]
    yield from _some(unread, MOST_UNREAD, "! NOT READ:")


def _owners(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    found = rows_of(connection, "coverage_by_platform")
    if not found:
        return
    n_rows, n_owned, usd, owned = (
        sum((row[column] for row in found), Decimal(0)) for column in range(1, 5)
    )
    below = [
        row[0]
        for row in found
        if any(
            one is not None and one < TARGET_SHARE
            for one in (share(row[2], row[1]), share(row[4], row[3]))
        )
    ]
    under = f"; below {TARGET_SHARE:.0%}: {', '.join(below)}" if below else ""
    yield ""
    yield (
        f"WHO USED IT   {percent(share(n_owned, n_rows))} of records and {percent(share(owned, usd))} of dollars have an"
        f" owner{under}"
    )


def _savings(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    first, last, n_organizations, *_ = rows_of(connection, "savings_window")[0]
    if first is None:
        return
    (total,) = [row for row in rows_of(connection, "savings_by_provider") if row[0] == "all"] or [
        ()
    ]
    if not total:
        return
    compared, net = total[2], total[-1]
    amount = "unknown" if net is None else f"{money(net)} USD net"
    yield (
        f"ROUTING SAVED   {amount}, {first} to {last}: {compared:,} compared tasks of {n_organizations} organisations"
    )


def _findings(connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    found = rows_of(connection, "findings")
    n_checks = rows_of(connection, "checks")[0][0]
    failed = [row for row in found if row[1] == "FAIL"]
    warned = [row for row in found if row[1] != "FAIL"]
    yield ""
    yield (
        f"WHAT IS WRONG   {len(failed) or 'none'} of {n_checks} data-quality checks FAIL, {len(warned)} want a look"
    )
    for name, _, n_findings, finding, *_, owner, remedy in failed[:MOST_FAILED]:
        more = f" and {n_findings - 1:,} more" if n_findings > 1 else ""
        yield _one_line(f"FAIL  {name} ({owner or 'nobody yet'}): {finding}{more}")
        yield _one_line(f"      {remedy or ''}")
    if len(failed) > MOST_FAILED:
        yield f"  and {len(failed) - MOST_FAILED} more that FAIL"
    for name, _, n_findings, finding, *_ in warned[:MOST_WARNINGS]:
        yield _one_line(f"look  {name} ({n_findings:,}): {finding}")
    if len(warned) > MOST_WARNINGS:
        yield f"  and {len(warned) - MOST_WARNINGS} more to look at"


def _where_next(snapshot: Snapshot) -> Iterable[str]:
    yield ""
    yield "WHERE TO LOOK"
    for what, where in (
        ("the boards", "make serve, then open the link that it prints; make site: as files"),
        ("all tables of this run", "python -m serving summary --tables"),
        ("all findings", "python -m serving summary --findings, or quality.dq_results"),
        ("the published tables", str(snapshot.folder)),
    ):
        yield f"  {what.ljust(WIDTH_OF_TEXT)}  {where}"


def _some(lines: Sequence[str], most: int, mark: str) -> Iterable[str]:
    for line in lines[:most]:
        yield _one_line(f"{mark} {line}")
    if len(lines) > most:
        yield f"  {mark} and {len(lines) - most} more"


def _one_line(text: str) -> str:
    return "  " + textwrap.shorten(text, WIDTH - 2, placeholder=" …")
