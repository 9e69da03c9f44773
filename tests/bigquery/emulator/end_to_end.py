"""Step 4: sandbox, loaders and dbt over REST into the emulator, twice, and the same into DuckDB.

The first round loads and builds an empty warehouse. The second one loads what the vendors have
restated since and builds again, which takes the incremental path. After each round the raw tables
must have the same number of rows on both engines, and what dbt keeps as tables the same rows. After
the last one both are published, and the files must hold the same rows. At the end the predecessor's
tables are replaced and brought back, and somebody is erased. `make test` runs `loading.py` instead.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from google.cloud import bigquery

from migration.tables import TABLES as TABLES_OF_PREDECESSOR
from tests.bigquery.canonical import differences
from tests.bigquery.comparing import Warehouse
from tests.bigquery.emulator.erasing import check_erasing
from tests.bigquery.emulator.migrating import check_migration
from tests.bigquery.emulator.publishing import Publishing, publish_both
from tests.bigquery.emulator.running import Emulator, running
from tests.bigquery.emulator.sent import CLIENT_TYPES, check_sent
from tests.bigquery.emulator.sides import COMPANY, ROUNDS, EndToEnd, client_of
from tests.bigquery.googlesql.engine import Path as RelationPath
from tests.bigquery.googlesql.engine import Result
from tests.bigquery.googlesql.types import canonical_name
from tests.bigquery.manifest import Manifest, Node
from tests.bigquery.workspace import PREFIX, WORK, dbt, environment, run

TABLES = ("config.materialized:incremental", "config.materialized:table")
"""What a second build can change: a view is what it was."""

LOADED = frozenset(
    {"_loaded_at", "_dlt_load_id", "day_loaded_at", "loaded_at", "waiting_since_at", "built_at"}
)
"""When and by which package a row was loaded: the two engines are loaded one after the other."""
OF_RUNS = {
    "pipeline_runs": {"started_at", "finished_at", "extract_run_id", "source_run_id"},
    "dq_source_promises": {"last_change_at"},
}
"""The same under other names: what a table says of the runs that loaded it."""
LOADED_DAYS = "int_savings__day_versions"
"""Fingerprints of days that hold the moment of loading, and so does `input_version` of what is made from them."""


def end_to_end(
    folder: Path = WORK / "emulator",
    say: Callable[[str], None] = print,
) -> EndToEnd:
    """Run both rounds on both engines and compare.

    Args:
        folder: Where everything is written.
        say: Told what has been done.
    """
    result = EndToEnd()
    shutil.rmtree(folder, ignore_errors=True)
    built: set[str] = set()
    with running(folder) as emulator:
        for number, name in enumerate(ROUNDS):
            started = time.monotonic()
            company = COMPANY | {"SANDBOX_REVISION": str(number)}
            selection = TABLES if number else ()
            with ThreadPoolExecutor(2) as both:
                duckdb_side = both.submit(_fill_duckdb, folder, company, selection)
                bigquery_side = both.submit(_fill_bigquery, folder, company, selection, emulator)
                duckdb_side.result()
                manifest = bigquery_side.result()
            built = _built(folder / "bigquery" / "target") if number == 0 else built
            result.seconds[name] = time.monotonic() - started
            _compare(result, name, emulator, manifest, built, folder)
            say(f"  {name}: {result.seconds[name]:.0f} s")
        started = time.monotonic()
        result.published = _publish(emulator, manifest, folder)
        result.failures += [f"published: {text}" for text in result.published.failures]
        result.seconds["published"] = time.monotonic() - started
        started = time.monotonic()
        found = check_migration(emulator, TABLES_OF_PREDECESSOR)
        result.failures += [f"migration: {text}" for text in found]
        result.seconds["migration"] = time.monotonic() - started
        say(f"  migration forward and back: {result.seconds['migration']:.0f} s")
        started = time.monotonic()
        found = check_erasing(emulator, folder / "erasing")
        result.failures += [f"erasing: {text}" for text in found]
        result.seconds["erasing"] = time.monotonic() - started
        say(f"  somebody erased: {result.seconds['erasing']:.0f} s")
    result.fixes = emulator.fixes
    started = time.monotonic()
    result.sent = check_sent(emulator.statements())
    result.failures += [f"sent: {text}" for text in result.sent.failures]
    result.seconds["statements checked"] = time.monotonic() - started
    return result


def _fill_duckdb(folder: Path, company: dict[str, str], selection: tuple[str, ...]) -> None:
    env = environment(
        **company,
        WAREHOUSE="duckdb",
        DUCKDB_PATH=str(folder / "duckdb" / "warehouse.duckdb"),
        PIPELINES_DIR=str(folder / "duckdb" / "dlt"),
    )
    _load("extract", folder / "duckdb" / "load.log", env)
    _build("duckdb", folder / "duckdb" / "target", selection, env)


def _fill_bigquery(
    folder: Path, company: dict[str, str], selection: tuple[str, ...], emulator: Emulator
) -> Manifest:
    env = environment(
        **company,
        WAREHOUSE="bigquery",
        BIGQUERY_EMULATOR_HOST=emulator.address,  # the client library's own variable
        BIGQUERY_STUB=emulator.address,  # the profile's
        PIPELINES_DIR=str(folder / "bigquery" / "dlt"),
    )
    _load("tests.bigquery.emulator.load_process", folder / "bigquery" / "load.log", env)
    target = folder / "bigquery" / "target"
    _build("bigquery_emulator", target, selection, env)
    return Manifest.read(target)


def _load(program: str, log: Path, env: dict[str, str]) -> None:
    sandbox = [sys.executable, "-m", "sandbox", "exec", "--"]
    run([*sandbox, sys.executable, "-m", program], log, env, timeout=900)


def _build(target: str, target_path: Path, selection: tuple[str, ...], env: dict[str, str]) -> None:
    """Build everything that is built; what data tests ask is analysed, not run, here."""
    leave_out = ("--exclude-resource-type", "test", "unit_test")
    chosen = ("--select", *selection) if selection else ()
    dbt("build", *chosen, *leave_out, target=target, target_path=target_path, env=env)


def _publish(emulator: Emulator, manifest: Manifest, folder: Path) -> Publishing:
    unequal = {
        f"{node.path[1].removeprefix(PREFIX)}.{node.path[2]}": _unequal(node, manifest)
        for node in manifest.in_order()
        if node.kind == "model"
    }
    client = client_of(emulator)
    try:
        return publish_both(client, folder, unequal)
    finally:
        client.close()  # type: ignore[no-untyped-call]


def _built(target: Path) -> set[str]:
    """Return the nodes that dbt has just built."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {one["unique_id"] for one in results}


def _compare(
    result: EndToEnd,
    name: str,
    emulator: Emulator,
    manifest: Manifest,
    built: set[str],
    folder: Path,
) -> None:
    client = client_of(emulator)
    warehouse = Warehouse(folder / "duckdb" / "warehouse.duckdb")
    try:
        for node in manifest.in_order():
            if node.kind == "source":
                found = _compare_counts(client, warehouse, node)
            elif node.unique_id in built and _is_table(node):
                expected = warehouse.read(node.path)
                given = read(client, node.path, [column for column, _ in expected.columns])
                found = _compare_rows(expected, given, _unequal(node, manifest))
                result.rows += len(expected.rows)
            else:
                continue
            result.tables += 1
            result.failures += [f"{name}: {node.name}: {text}" for text in found]
    finally:
        warehouse.close()
        client.close()  # type: ignore[no-untyped-call]


def _is_table(node: Node) -> bool:
    return node.kind == "model" and node.config.get("materialized") != "view"


def _compare_counts(client: bigquery.Client, warehouse: Warehouse, node: Node) -> list[str]:
    table = "`" + "`.`".join(node.path) + "`"
    given = next(iter(client.query_and_wait(f"select count(*) as n from {table}")))["n"]
    expected = len(warehouse.read(node.path, [next(iter(node.columns))]).rows)
    return [] if given == expected else [f"{expected} rows in DuckDB, {given} in BigQuery"]


def _unequal(node: Node, manifest: Manifest) -> frozenset[str]:
    """Return the columns that may differ between the engines."""
    above = {manifest.nodes[unique_id].name for unique_id in manifest.upstream({node.unique_id})}
    versions = {"input_version"} if LOADED_DAYS in above else set()
    return node.nondeterministic | LOADED | versions | OF_RUNS.get(node.name, set())


def _compare_rows(expected: Result, given: Result, unequal: frozenset[str]) -> list[str]:
    found = [
        f"{name}: {ours} in DuckDB, {theirs} in BigQuery"
        for (name, ours), (_, theirs) in zip(expected.columns, given.columns, strict=True)
        if ours != theirs
    ]
    names = [name for name, _ in expected.columns]
    return found + differences(expected.rows, given.rows, names, unequal)


def read(client: bigquery.Client, path: RelationPath, columns: list[str]) -> Result:
    """Return a table's columns and rows as the client library gives them."""
    names = ", ".join(f"`{name}`" for name in columns)
    rows = client.query_and_wait(f"select {names} from `{'`.`'.join(path)}`")
    described = [
        (str(one.name), canonical_name(CLIENT_TYPES.get(one.field_type, one.field_type)))
        for one in rows.schema
    ]
    return Result(described, [list(row.values()) for row in rows])
