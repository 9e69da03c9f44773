"""The part of the fourth step that `make test` runs: what nothing else runs on BigQuery, the loaders' own statements.

Every way of putting rows into a table, twice: the second time with what the vendors have restated since. Both engines are loaded by one
process from one service. That the SQL of the models is right is shown by `compile`, `analyse` and `compare`; that dbt carries it
through on the emulator, and the publisher, the migration and an erasure, by the whole step.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from google.cloud import bigquery

from tests.bigquery.emulator.running import running
from tests.bigquery.emulator.sent import check_sent
from tests.bigquery.emulator.sides import COMPANY, ROUNDS, EndToEnd, client_of
from tests.bigquery.workspace import PREFIX, PROJECT, WORK, environment, run

SOURCES = ("cursor", "orchestrator")
"""Of all ways in which rows are put into a table: a scope is deleted and inserted, by versions of rows, by key."""
DUCKDB = {"duckdb_path": "LOADED_DUCKDB", "pipelines_dir": "LOADED_PIPELINES"}
"""By which variables the process that loads both engines is told of the other one."""


def load_twice(folder: Path = WORK / "emulator", say: Callable[[str], None] = print) -> EndToEnd:
    """Load both engines twice, and compare."""
    result = EndToEnd()
    shutil.rmtree(folder, ignore_errors=True)
    warehouse = folder / "duckdb" / "warehouse.duckdb"
    with running(folder) as emulator:
        for number, name in enumerate(ROUNDS):
            started = time.monotonic()
            env = environment(
                **COMPANY | {"SANDBOX_REVISION": str(number)},
                WAREHOUSE="bigquery",
                BIGQUERY_EMULATOR_HOST=emulator.address,
                PIPELINES_DIR=str(folder / "bigquery" / "dlt"),
                STATE_DIR=str(folder / "state"),
                **{DUCKDB["duckdb_path"]: str(warehouse)},
                **{DUCKDB["pipelines_dir"]: str(folder / "duckdb" / "dlt")},
            )
            command = [
                sys.executable,
                "-m",
                "sandbox",
                "exec",
                "--",
                sys.executable,
                "-m",
                __name__,
            ]
            run(command, folder / "load.log", env, timeout=900)
            _compare(result, name, client_of(emulator), warehouse)
            result.seconds[name] = time.monotonic() - started
            say(f"  {name}: {result.seconds[name]:.0f} s")
    result.fixes = emulator.fixes
    started = time.monotonic()
    result.sent = check_sent(emulator.statements())
    result.failures += [f"sent: {text}" for text in result.sent.failures]
    result.seconds["statements checked"] = time.monotonic() - started
    return result


def _compare(result: EndToEnd, name: str, client: bigquery.Client, warehouse: Path) -> None:
    """Compare the number of rows of all tables that were loaded."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where starts_with(table_schema, 'raw_') and table_type = 'BASE TABLE'"
            " and not ends_with(table_schema, '_staging') and not starts_with(table_name, '_dlt')"
        ).fetchall()
        ours = {}
        for schema, table in tables:
            ((n_rows,),) = connection.execute(
                f'select count(*) from "{schema}"."{table}"'
            ).fetchall()
            ours[schema, table] = int(n_rows)
    counts = " union all ".join(
        f"select '{schema}' as a, '{table}' as b, count(*) as n from `{PROJECT}`.`{PREFIX}{schema}`.`{table}`"
        for schema, table in tables
    )
    try:
        theirs = {(row["a"], row["b"]): row["n"] for row in client.query_and_wait(counts)}
    finally:
        client.close()  # type: ignore[no-untyped-call]
    if not sum(ours.values()):
        result.failures.append(f"{name}: nothing was loaded")
    result.tables += len(ours)
    for place, n_rows in ours.items():
        result.rows += n_rows
        if n_rows != theirs[place]:
            text = f"{n_rows} rows in DuckDB, {theirs[place]} in BigQuery"
            result.failures.append(f"{name}: {'.'.join(place)}: {text}")


def main() -> int:
    """Load both engines, as `python -m extract` does one."""
    from extract.cli import run_all
    from extract.config import read_settings
    from tests.bigquery.emulator.load_process import anonymous

    own = {"WAREHOUSE": "duckdb", "DUCKDB_PATH": os.environ[DUCKDB["duckdb_path"]]}
    own["PIPELINES_DIR"] = os.environ[DUCKDB["pipelines_dir"]]
    for changes in (own, {}):
        settings = read_settings({**os.environ, **changes}, sources=SOURCES)
        credentials = None if changes else anonymous(settings.bigquery_project or "")
        if code := run_all(settings, credentials=credentials, create_others=False):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
