"""Somebody is erased on the emulator, end to end: asked for, copied into datasets of their own, replaced, built, searched, put in place.

BigQuery has no file to swap: this is the engine on which an erasure puts table after table in place. The tables are a people sheet, a
vendor's, the predecessor's and a mart of them; the mart is built by one statement. What dbt builds is shown elsewhere.
"""

import contextlib
import datetime as dt
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from extract.sources import TABLES as LOADED
from privacy import jobs
from privacy.config import Settings
from privacy.erasing import ErasureError, erase_pending
from serving.config import Settings as ServingSettings
from serving.publish import publish
from tests.bigquery.emulator.running import Emulator
from tests.bigquery.workspace import PROJECT
from warehouse.bigquery import BigQuery

PREFIX, LEGACY = "erase_", "erase_predecessor"
EVE, OLD, BOB = "eve.lund@corp.example", "eve.old@corp.example", "bob.holm@corp.example"
LEDGER = (
    "resource_name string, partition_id string, content_hash string, n_rows int64, n_quarantined int64, usage_date date,"
    " _loaded_at timestamp, _dlt_load_id string"
)
LOADS = "load_id string, status int64"
RUNS = "run_id string, resource_name string, status string, error string, finished_at timestamp"
TYPES = {"string": "string", "int64": "int64", "bool": "bool", "date32[day]": "date"}
CONTRACTS: dict[tuple[str, str], tuple[str, list[dict[str, str]]]] = {
    ("sheets", "people"): (
        "person_id string",
        [
            {
                "sheet_tab": "people",
                "email": EVE,
                "aliases": OLD,
                "name": "Eve Lund",
                "person_id": "i1",
            },
            {
                "sheet_tab": "people",
                "email": BOB,
                "name": "Bob Holm",
                "manager_email": EVE.title(),
                "person_id": "i2",
            },
        ],
    ),
    ("cursor", "team_members"): (
        "row_hash string, _dlt_valid_to timestamp",
        [
            {
                "id": "user_17",
                "name": "Eve Lund",
                "email": OLD,
                "unknown_fields": f'{{"by": "<{EVE}>"}}',
            },
            {"id": "user_18", "name": "Bob Holm", "email": BOB},
        ],
    ),
    ("cursor", "daily_usage"): (
        "spend numeric",
        [{"user_id": "user_17", "email": EVE}, {"user_id": "user_18", "email": BOB}],
    ),
}
"""Raw tables with the columns of their contracts, columns beside these, and rows; what is not given is NULL."""
TABLES = {
    **{
        (f"raw_{source}", ledger): (columns, row)
        for source, name, partition in (
            ("sheets", "people", "current"),
            ("cursor", "daily_usage", "2026-06-01"),
        )
        for ledger, columns, row in (
            (
                *("loaded_partitions", LEDGER),
                f"('{name}', '{partition}', 'before', 2, 0, date '2026-06-01', timestamp '2026-06-02 00:00:00+00', 'l')",
            ),
            ("_dlt_loads", LOADS, "('l', 0)"),
            (
                *("extract_runs", RUNS),
                f"('r', '{name}', 'ok', null, timestamp '2026-06-02 00:00:00+00')",
            ),
        )
    },
    ("raw_cursor", "models"): ("model string, n_requests int64", "('eve', 1)"),
    (LEGACY, "raw_cursor_usage"): (
        "email string, notes string, raw_response json",
        f"('{OLD}', 'of {OLD}', json '{{\"of\": [\"{EVE}\", 17]}}')",
    ),
}
MART = "select lower(email) as person_email, name as person_name from {people}"


def check_erasing(emulator: Emulator, folder: Path) -> list[str]:
    """Erase one of two people; return what went wrong.

    Args:
        emulator: Where the tables are written.
        folder: Where what lies on this machine is kept.
    """
    client = bigquery.Client(
        PROJECT,
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
        client_options={"api_endpoint": emulator.address},
    )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = Settings(
        as_of=dt.datetime(2026, 6, 3, 12, tzinfo=dt.UTC),
        warehouse="bigquery",
        bigquery_project=PROJECT,
        dataset_prefix=PREFIX,
        legacy_schema=LEGACY,
        pipelines_dir=folder / "dlt",
        publish_dir=folder / "published",
        focus_dir=folder / "focus",
        target_dir=folder / "target",
        log_dir=folder / "logs",
        state_dir=folder / "state",
    )

    @contextlib.contextmanager
    def opened(settings: Any, *, may_quote: bool) -> Iterator[BigQuery]:
        assert may_quote in (True, False)
        yield BigQuery(client, settings.dataset_prefix, settings.unprefixed)

    def version(engine: BigQuery, schema: str, table: str) -> str:
        return engine.checksum(schema, table).content

    # The engine as it is; only its client has no account behind it, and the emulator does not note that a statement has changed a table.
    with (
        mock.patch.object(BigQuery, "version", version),
        mock.patch("warehouse.connection._open_bigquery", opened),
        contextlib.chdir(folder),
        contextlib.closing(client),
    ):
        engine = BigQuery(client, PREFIX, (LEGACY,))
        _write(engine)
        return _erased(engine, settings)


def _write(engine: BigQuery) -> None:
    for (source, name), (beside, rows) in CONTRACTS.items():
        (contract,) = (table for table in LOADED[source] if table.name == name)
        columns = [f"{one.name} {TYPES[str(one.type)]}" for one in contract.spool_schema]
        place = engine.name(f"raw_{source}", name)
        engine.create_schema(f"raw_{source}")
        engine.run(f"create table {place} ({', '.join([*columns, beside])})")
        for row in rows:
            marks = ", ".join("?" for _ in row)
            engine.run(f"insert into {place} ({', '.join(row)}) values ({marks})", [*row.values()])
    usage = engine.name("raw_cursor", "daily_usage")
    engine.run(
        f"update {usage} set usage_date = date '2026-06-01', spend = numeric '1.125' where true"
    )
    for (schema, name), (listed, values) in TABLES.items():
        engine.create_schema(schema)
        engine.run(f"create table {engine.name(schema, name)} ({listed})")
        engine.run(f"insert into {engine.name(schema, name)} values {values}")
    engine.create_schema("marts")
    _build(engine)


def _build(engine: BigQuery) -> None:
    people = MART.format(people=engine.name("raw_sheets", "people"))
    engine.run(f"create or replace table {engine.name('marts', 'dim_people')} as {people}")


def _erased(engine: BigQuery, settings: Settings) -> list[str]:
    said: list[str] = []
    before = {table.place: _rows(engine, table.place) for table in engine.tables()}

    def run(working: Settings, *programs: str) -> None:
        copied = BigQuery(engine._client, working.dataset_prefix, working.unprefixed)
        if "build" in programs:
            _build(copied)
        if "publish" in programs:
            publish(
                ServingSettings(
                    as_of=working.as_of,
                    warehouse="bigquery",
                    bigquery_project=PROJECT,
                    dataset_prefix=working.dataset_prefix,
                    publish_dir=working.publish_dir,
                ),
                warehouse=copied,
            )

    job = jobs.request(settings.state_dir, [OLD], requested_by="test")
    try:
        erase_pending(settings, said.append, run)
    except ErasureError as error:
        return [str(error), *said]
    found = jobs.read(settings.state_dir, job.job_id)
    wrong = []
    if (found.status, found.detail) != (jobs.DONE, jobs.ERASED):
        wrong.append(f"the job is {found.status}: {found.problem}")
    if found.certificate.get("verdict") != "complete":
        wrong.append(f"the certificate says {found.certificate.get('verdict')}")
    after = {table.place: _rows(engine, table.place) for table in engine.tables()}
    if before.keys() != after.keys():
        wrong.append(f"other tables: {sorted(before.keys() ^ after.keys())}")
    text = repr(after).lower()
    wrong += [
        f"{name} is still there" for name in (EVE, OLD, "eve lund", "user_17") if name in text
    ]
    for place, rows in before.items():
        theirs = [row for row in rows if "eve" in repr(row).lower() and "'eve'" not in repr(row)]
        # A ledger says what its table's rows are, which are others now.
        kept = [] if place[1] == "loaded_partitions" else [row for row in rows if row not in theirs]
        lost = [row for row in kept if row not in after.get(place, [])]
        wrong += [f"{place}: a row of somebody else is another one" for _ in lost]
        if len(after.get(place, [])) != len(rows):
            wrong.append(f"{place}: {len(rows)} rows were there")
    people = engine.name("raw_sheets", "people")
    managers = engine.rows(f"select manager_email from {people} where email = ?", [BOB])
    if [str(one)[:7] for (one,) in managers] != ["erased-"]:
        wrong.append("who was Bob's manager is still told")
    usage = engine.name("raw_cursor", "daily_usage")
    ((total,),) = engine.rows(f"select sum(spend) from {usage}")
    if total != Decimal("2.25"):
        wrong.append(f"a total is {total}")
    return wrong


def _rows(engine: BigQuery, place: tuple[str, str]) -> list[tuple[Any, ...]]:
    return sorted(
        (tuple(row) for row in engine.rows(f"select * from {engine.name(*place)}")), key=repr
    )
