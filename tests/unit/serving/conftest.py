import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from serving.config import Settings

LEDGER = """
create table marts.fct_ai_spend_daily (
    usage_date date, vendor varchar, platform varchar, actor_type varchar, actor_id varchar,
    spend_usd decimal(38, 9), spend_basis varchar, attribution_method varchar, is_provisional boolean
)
"""

ROWS = """
insert into marts.fct_ai_spend_daily values
    ('2026-06-01', 'cursor', 'cursor', 'person', 'ada@north.example', 10.50, 'billed', 'direct_email', false),
    ('2026-06-01', 'cursor', 'cursor', 'person', 'ada@north.example', 1.25, 'seat', 'direct_email', false),
    ('2026-06-02', 'anthropic', 'claude_api', 'api_key', 'key_1', 80.00, 'allocated', 'api_key_mapping', true),
    ('2026-06-02', 'anthropic', 'claude_api', 'unattributed', 'unattributed:default', 20.00, 'billed',
     'unattributed', true)
"""

FINDINGS = """
create table quality.dq_results as
select * from (values
    ('dq_spend_without_owner', 'claude_api', date '2026-06-02', 'fail', '80 USD have none', 'finance', 'Map the key.'),
    ('dq_spend_without_owner', 'claude_code', date '2026-06-01', 'warn', '1 USD has none', 'finance', 'Map the key.'),
    ('dq_usage_without_price', 'all', null, 'ok', 'nothing found', 'finance', 'Add the price.'),
    ('dq_one_day', 'cursor', date '2026-06-01', 'note', 'a small day', 'finance', 'Nothing.')
) as found (check_name, check_scope, check_date, check_status, finding, owner_name, remedy)
"""

LOADED = """
create schema raw_cursor;
create schema raw_cursor_staging;
create table raw_cursor_staging.loaded_partitions as select 1 as scratch;
create table raw_cursor._dlt_loads as select 'load_1' as load_id, 0 as status;
create table raw_cursor.loaded_partitions as
select * from (values
    ('daily_usage', '2026-06-01', date '2026-06-01', 3, 0, timestamptz '2026-06-03 04:00:00+00', 'load_1'),
    ('daily_usage', '2026-06-02', date '2026-06-02', 4, 1, timestamptz '2026-06-03 04:00:00+00', 'load_1'),
    ('daily_usage', '2026-06-03', date '2026-06-03', 9, 0, timestamptz '2026-06-04 04:00:00+00', 'never_done')
) as part (resource_name, partition_id, usage_date, n_rows, n_quarantined, _loaded_at, _dlt_load_id);
create table raw_cursor.extract_runs as
select * from (values
    ('run_1', 'daily_usage', timestamptz '2026-06-03 04:00:00+00', 'ok', null),
    ('run_2', 'daily_usage', timestamptz '2026-06-04 04:00:00+00', 'failed', 'HTTP 500')
) as run (run_id, resource_name, finished_at, status, error)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse with a small ledger, findings and the loader's own ledgers."""
    made = Settings(
        as_of=dt.datetime(2026, 6, 4, tzinfo=dt.UTC),
        duckdb_path=tmp_path / "warehouse.duckdb",
        publish_dir=tmp_path / "published",
        dbt_target_dir=tmp_path / "target",
        data_origin="sandbox",
        publish_keep=2,
    )
    with duckdb.connect(str(made.duckdb_path)) as connection:
        for statement in (
            "create schema marts",
            "create schema quality",
            "create schema staging",
            LEDGER,
            ROWS,
            FINDINGS,
            "create table staging.private as select 1 as x",
            LOADED,
        ):
            connection.execute(statement)
    return made


@pytest.fixture
def change(settings: Settings) -> Callable[[str], None]:
    """Run SQL on the warehouse."""

    def run(sql: str) -> None:
        with duckdb.connect(str(settings.duckdb_path)) as connection:
            connection.execute(sql)

    return run
