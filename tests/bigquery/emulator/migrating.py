"""The migration's phases on the emulator, forward and back, with a kill inside the cut-over.

BigQuery has no transactions over DDL, so this is the engine on which an interrupted phase leaves a table half moved. The
predecessor's tables are those of a small company; the views' place is taken by the same company without the mistakes.
Three are moved, for moving is the same for all. Every table's comparison is another SQL: by night all seven are validated.
"""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import pyarrow.parquet as pq
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from migration.back import WayBack
from migration.config import TOLERANCE, Settings
from migration.phases import Migration
from migration.standing import RefusedError
from migration.tables import TABLES, OldTable
from sandbox.world.world import World
from tests.bigquery.emulator.running import Emulator
from tests.bigquery.workspace import PREFIX, PROJECT
from tests.fixtures.legacy.predecessor import Predecessor, arrow
from warehouse.bigquery import BigQuery
from warehouse.engine import Value, WarehouseError
from warehouse.fingerprint import fingerprint

DAY = dt.datetime(2026, 6, 3, 12, tzinfo=dt.UTC)
LEGACY = "predecessor"
MOVED = tuple(t for t in TABLES if t.name in ("raw_anthropic_cost", "dim_users", "dim_api_keys"))
"""A partitioned table with JSON and floats, and the plain ones by which its validation knows people and keys."""

STORED = {"int64": "INT64", "float64": "FLOAT64", "bool": "BOOL"}


class _KilledError(BaseException):
    """Ends a phase where a kill would."""


def check_migration(emulator: Emulator, tables: tuple[OldTable, ...] = TABLES) -> list[str]:
    """Run all phases forward and back; return what went wrong.

    Args:
        emulator: Where the tables are written.
        tables: The predecessor's tables, `MOVED` at least.
    """
    client = bigquery.Client(
        PROJECT,
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
        client_options={"api_endpoint": emulator.address},
    )
    settings = Settings(
        as_of=DAY,
        warehouse="bigquery",
        bigquery_project=PROJECT,
        dataset_prefix=PREFIX + "move_",
        legacy_schema=LEGACY,
    )
    engine = BigQuery(client)
    try:
        _write(client, engine, settings, tables)
        return _phases(engine, settings, tables)
    except (AssertionError, WarehouseError, RefusedError) as error:
        return [str(error)]
    finally:
        client.close()  # type: ignore[no-untyped-call]


def _write(
    client: bigquery.Client, engine: BigQuery, settings: Settings, tables: tuple[OldTable, ...]
) -> None:
    known = {table.name: table for table in tables}
    world = World(people=8, days=5, seed=7, as_of=DAY.date())
    for schema, mistakes in ((LEGACY, True), (settings.new_schema, False)):
        engine.create_schema(schema)
        for name, rows in Predecessor(world, mistakes=mistakes).tables().items():
            if name not in known:
                continue
            table = known[name]
            target = table.name if mistakes else table.view
            columns = ", ".join(f"{c} {STORED.get(kind, kind)}" for c, kind in table.columns)
            split = f" partition by {table.day}" if table.day else ""
            engine.run(f"create table {engine.name(schema, target)} ({columns}){split}")
            written = arrow(name, rows)
            if "raw_response" in written.column_names:  # always empty, and Parquet has no JSON
                written = written.drop_columns(["raw_response"])
            parquet = io.BytesIO()
            pq.write_table(written, parquet)
            parquet.seek(0)
            job = bigquery.LoadJobConfig(source_format="PARQUET", write_disposition="WRITE_APPEND")
            client.load_table_from_file(
                parquet, f"{PROJECT}.{schema}.{target}", job_config=job
            ).result()


def _phases(engine: BigQuery, settings: Settings, tables: tuple[OldTable, ...]) -> list[str]:
    said: list[str] = []
    names = {table.name for table in tables}
    migration = Migration(engine, settings, said.append, tables=tables)
    migration.deploy()
    if not migration.validate(TOLERANCE):
        return ["validation failed:\n" + "\n".join(said[-60:])]
    validation = migration.state.validation()
    before = validation.tables if validation else {}
    wrong = [f"{name} was not validated" for name in names - set(before)]
    if not any("cents_read_as_dollars" in line for line in said):
        wrong.append("the cents were not explained")
    moving = Migration(engine, settings, said.append, tables=MOVED)
    moving.archive()
    _kill_inside(engine, moving)
    WayBack(moving, "archive").run()
    wrong += [f"{name} is no table after the rollback" for name in names - _tables(engine, names)]
    moving.cutover()
    left = _tables(engine, names) & {table.name for table in MOVED}
    if left:
        wrong.append(f"not views after the cut-over: {sorted(left)}")
    wrong += _made_anew(engine, moving)
    moving.drop()
    if any(name.endswith("__before_cutover") for name in engine.names(LEGACY)):
        wrong.append("an old table is there after the drop")
    WayBack(moving, "nothing").run()
    wrong += [
        f"{name} is not what it was"
        for name in sorted(names)
        if fingerprint(engine, LEGACY, name) != before[name]
    ]
    left = set(engine.names(LEGACY)) - names - {"dim_users__found_1"}
    left |= {name for name in engine.names(settings.own_schema) if name.startswith("archive_")}
    return wrong + [f"{name} was left behind" for name in sorted(left)]


def _made_anew(engine: BigQuery, migration: Migration) -> list[str]:
    """Let somebody make an old name anew: the drop is refused, and the table gets a name of its own."""
    name = engine.name(LEGACY, "dim_users")
    engine.run(f"drop view {name}")
    engine.run(f"create table {name} as select 1 as somebody_elses")
    try:
        migration.drop()
    except RefusedError as error:
        if "are both tables" not in str(error):
            return [str(error)]
    else:
        return ["dropped beside a table that nobody knows"]
    migration.set_aside = True
    migration.set_strangers_aside("drop")
    migration.set_aside = False
    ((n_rows,),) = engine.rows(f"select count(*) from {engine.name(LEGACY, 'dim_users__found_1')}")
    return [] if n_rows == 1 else ["the table that nobody knew is not the one that was found"]


def _kill_inside(engine: BigQuery, migration: Migration) -> None:
    """End the cut-over where the old name is gone and the view is not there yet."""
    run = engine.run

    def mortal(sql: str, values: Sequence[Value] = ()) -> int:
        if sql.startswith("create or replace view"):
            raise _KilledError
        return run(sql, values)

    changed: Any = engine
    changed.run = mortal
    try:
        migration.cutover()
    except _KilledError:
        return
    finally:
        changed.run = run
    raise AssertionError("the cut-over was not interrupted: this check could not fail")


def _tables(engine: BigQuery, names: set[str]) -> set[str]:
    return {name for name in names if engine.kind(LEGACY, name) == "table"}
