"""Writing the FOCUS files from the published snapshot: `python -m serving focus`.

```
FOCUS_DIR/
  current                             link to the set of files that holds
  3f2a9c1b0d4e5f60/                   a set; its name is the hash of its content
    manifest.json                     version, snapshot, files with rows, BilledCost and SHA-256
    focus_cost_and_usage_2026-09.parquet
    focus_cost_and_usage_2026-09.csv
```

All files of a set change together: a reader that follows `current` never sees one month new and the next one old.
"""

import fcntl
import hashlib
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from persons.keys import Key
from serving.focus.checks import broken_rules
from serving.focus.columns import FOCUS_VERSION, MART, csv_select, parquet_select
from warehouse.files import parquet
from warehouse.private import open_as_its_folder
from warehouse.snapshot import MANIFEST, Snapshot, sha256_of, sync, write_json

CURRENT = "current"
_LEDGER = "marts.fct_ai_spend_daily"
_PARTIAL = ".partial"
ROW_IDS = ("charge_id", "spend_id")
ROW_ID_LENGTH = 32


class FocusError(Exception):
    """The files cannot be written; the message says what is wrong."""


@dataclass(frozen=True)
class File:
    """One file of a set."""

    name: str
    billing_period: str
    n_rows: int
    billed_cost: str
    sha256: str


@dataclass(frozen=True)
class Exported:
    """What an export did."""

    folder: Path
    is_new: bool
    files: tuple[File, ...]


def export(snapshot: Snapshot, focus_dir: Path, key: Key) -> Exported:
    """Write one Parquet and one CSV file per billing period and make them the current set.

    Args:
        snapshot: What is exported.
        focus_dir: Where the sets are.
        key: Makes the ids of charges, which would lead to people otherwise.

    Raises:
        FocusError: A row breaks a rule, or the sums are not the ledger's; the files before stay current.
    """
    focus_dir.mkdir(parents=True, exist_ok=True)
    with (focus_dir / ".lock").open("w") as lock, duckdb.connect() as connection:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FocusError(f"Another program is exporting to {focus_dir}.") from error
        _open_view(connection, snapshot, key)
        _refuse_what_is_wrong(connection, snapshot)
        partial = focus_dir / _PARTIAL
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        files = tuple(_write_files(connection, partial))
        name = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()[:16]
        is_new = not (focus_dir / name / MANIFEST).exists()
        if is_new:
            write_json(
                partial / MANIFEST,
                {
                    "focus_version": FOCUS_VERSION,
                    "dataset": "CostAndUsage",
                    "snapshot_id": snapshot.snapshot_id,
                    "data_origin": snapshot.pointer.get("data_origin", "unknown"),
                    "files": [asdict(file) for file in files],
                },
            )
            open_as_its_folder(partial, focus_dir)
            sync(partial)
            shutil.rmtree(focus_dir / name, ignore_errors=True)
            partial.rename(focus_dir / name)
        else:
            shutil.rmtree(partial)
        _make_current(focus_dir, name)
        return Exported(focus_dir / name, is_new, files)


def _open_view(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, key: Key) -> None:
    """Show the mart under FOCUS names as the view `focus`.

    The ids of a charge and of its ledger row are, in the warehouse, hashes of whose they are and of what else stands in the row.
    These files leave the house, where somebody with a list of staff could try them all; so they are hashed again, with the key.
    """
    connection.execute("set TimeZone = 'UTC'")
    # One thread writes rows in their order; several would cut a file differently each time.
    connection.execute("set threads = 1")
    mart = parquet(snapshot.sound_path(MART))
    connection.execute(
        "create temp table row_ids as select ? as secret", [key.digest("focus charge id", "")]
    )
    keyed = ", ".join(
        f"left(sha256((from row_ids) || {name}), {ROW_ID_LENGTH}) as {name}" for name in ROW_IDS
    )
    connection.execute(
        f"create view focus as select {parquet_select()}"
        f" from (select * replace ({keyed}) from {mart})"
        " order by charge_period_start_at, charge_id"
    )


def _refuse_what_is_wrong(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Compare the rows with the rules, and their sums with the ledger of the same snapshot."""
    broken = list(broken_rules(connection))
    ledger = parquet(snapshot.sound_path(_LEDGER))
    differing = connection.execute(
        "select vendor, month, ledger_usd, focus_usd from ("
        " select vendor, strftime(usage_date, '%Y-%m') as month, sum(spend_usd) as ledger_usd"
        f" from {ledger} group by all) as ledger"
        ' full join (select "x_Vendor" as vendor, strftime("BillingPeriodStart", \'%Y-%m\') as month,'
        ' sum("BilledCost") as focus_usd from focus group by all) as exported'
        " using (vendor, month) where ledger_usd is distinct from focus_usd order by all"
    ).fetchall()
    broken += [
        f"BilledCost is the ledger: {vendor} {month} is {focus} instead of {ledger_usd} USD"
        for vendor, month, ledger_usd, focus in differing
    ]
    if broken:
        raise FocusError("; ".join(broken))


def _write_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[File]:
    periods = connection.execute(
        "select strftime(\"BillingPeriodStart\", '%Y-%m') as period, count(*),"
        ' cast(sum("BilledCost") as varchar) from focus group by period order by period'
    ).fetchall()
    files = []
    for period, n_rows, billed_cost in periods:
        of_period = f"from focus where strftime(\"BillingPeriodStart\", '%Y-%m') = '{period}'"
        for suffix, select, options in (
            ("parquet", "*", "format parquet, compression zstd"),
            ("csv", csv_select(), "format csv, header"),
        ):
            path = folder / f"focus_cost_and_usage_{period}.{suffix}"
            target = str(path).replace("'", "''")
            connection.execute(
                f'copy (select {select} {of_period} order by "ChargePeriodStart", "x_ChargeId")'
                f" to '{target}' ({options})"
            )
            sync(path)
            files.append(File(path.name, period, int(n_rows), str(billed_cost), sha256_of(path)))
    return files


def _make_current(focus_dir: Path, name: str) -> None:
    """Swap the link in one step; keep the set before, for readers that have it open."""
    link = focus_dir / CURRENT
    before = link.readlink().name if link.is_symlink() else None
    if before != name:
        fresh = focus_dir / ".current.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(name)
        fresh.replace(link)
        sync(focus_dir)
        for manifest in focus_dir.glob(f"*/{MANIFEST}"):
            if manifest.parent.name not in (name, before, CURRENT):
                shutil.rmtree(manifest.parent)
