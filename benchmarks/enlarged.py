"""A published snapshot as if it were of many times as many people: what a build of that size would publish, without the hours.

Each row that is about somebody or something of the company (a person, a team, a key, a workspace, a cost centre) stands as many
times, and each copy has names of its own: teams stay as large as they are and there are more of them. What is about the
company as a whole, a price, a calendar, stays once; so do organisations, who are customers of routing: the sandbox has twenty
whatever its size. Days are those that were published. Only tables that cards read are enlarged.
"""

import shutil
from pathlib import Path

import duckdb

from dashboards.binding import tables_of
from dashboards.definition import read_boards
from persons.columns import personal_columns
from warehouse.files import parquet
from warehouse.snapshot import (
    MANIFEST,
    Snapshot,
    open_current,
    sha256_of,
    write_json,
    write_pointer,
)

NAMES = frozenset(
    {
        "team_name",
        "month_end_team_name",
        "shown_workspace_name",
        "cost_centre",
        "charged_cost_centre",
        "month_end_cost_centre",
        "department_name",
        "budget_scope_value",
    }
)
"""Columns beside those about persons that say whom or what of the company a row is about."""


def enlarge(published: Path, times: int, folder: Path) -> Path:
    """Write an enlarged copy of what is published into a new folder, and return it."""
    snapshot = open_current(published)
    shutil.rmtree(folder, ignore_errors=True)
    copy = folder / snapshot.snapshot_id
    shutil.copytree(snapshot.folder, copy)
    cards = [card for board in read_boards().values() for card in board.cards.values()]
    wanted = {table for card in cards for table in tables_of(card.sql)}
    tables = {name: dict(entry) for name, entry in snapshot.manifest["tables"].items()}
    for table in sorted(wanted & tables.keys()):
        path = copy / tables[table]["path"]
        _enlarge(snapshot, table, times, path)
        tables[table] |= {"n_bytes": path.stat().st_size, "sha256": sha256_of(path)}
    write_json(copy / MANIFEST, {**snapshot.manifest, "tables": tables})
    digest = sha256_of(copy / MANIFEST)
    write_pointer(folder, {**snapshot.pointer, "manifest_sha256": digest})
    return folder


def _enlarge(snapshot: Snapshot, table: str, times: int, target: Path) -> None:
    rows = parquet(snapshot.path(table))
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '2GB'; set preserve_insertion_order = false")
        columns = {
            name: kind
            for name, kind, *_ in connection.execute(f"describe select * from {rows}").fetchall()
        }
        renamed = [*personal_columns(columns), *(NAMES & columns.keys())]
        if not renamed or "organization_id" in columns:
            return
        # NULL stays NULL: whom nobody knows is nobody in every copy. So do the groups that are too small to be named.
        names = ", ".join(
            f'case when number = 0 or "{name}" = \'other teams\' then "{name}"'
            f' else "{name}" || \' \' || number end as "{name}"'
            for name in renamed
        )
        connection.execute(
            f"copy (select * exclude (number) replace ({names}) from"
            f" (select * from {rows}, range({times}) as copies(number)))"
            f" to '{target}' (format parquet, compression zstd)"
        )
