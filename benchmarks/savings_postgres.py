"""The same work in PostgreSQL 15 as the first design of the savings analytics had it.

COPY into a landing table, one priced INSERT … SELECT into task_executions with its four indexes, two materialized
views; for one more day the same load and REFRESH. A server of its own: scratch folder, loopback, free port.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.savings_tasks import BASELINE, TaskData

SETTINGS = {
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "8GB",
    "synchronous_commit": "off",
    "fsync": "on",
    "timezone": "UTC",
    "listen_addresses": "127.0.0.1",
}
TABLES = """
create table provider_pricing (
    id text primary key, provider text not null, task_type text, pricing_model text not null,
    cost_per_unit numeric(20, 12) not null, currency text, effective_date date not null, end_date date, source text);
create index provider_pricing_lookup on provider_pricing (provider, task_type, effective_date, end_date);
create unlogged table landed (
    task_id text, user_id text, organization_id text, provider text, task_type text, task_description text,
    start_time timestamptz, end_time timestamptz, duration_ms bigint, tokens_used bigint, compute_units numeric(12, 4),
    currency text, success boolean, error_message text, confidence_score double precision, routing_decision_id text,
    created_at timestamptz);
create table task_executions (
    id bigserial primary key, task_id text not null, user_id text, organization_id text not null, provider text not null,
    task_type text, task_description text, start_time timestamptz not null, end_time timestamptz, duration_ms bigint,
    tokens_used bigint, compute_units numeric(12, 4), actual_cost numeric(10, 6), baseline_cost numeric(10, 6),
    savings numeric(10, 6), currency text, success boolean, error_message text, confidence_score numeric(3, 2),
    routing_decision_id text, created_at timestamptz, updated_at timestamptz);
create index task_executions_organization on task_executions (organization_id, start_time desc);
create index task_executions_provider on task_executions (provider, start_time desc);
create index task_executions_task_type on task_executions (task_type);
create index task_executions_user on task_executions (user_id, start_time desc);
"""
PRICED = f"""
insert into task_executions (task_id, user_id, organization_id, provider, task_type, task_description, start_time, end_time,
    duration_ms, tokens_used, compute_units, actual_cost, baseline_cost, savings, currency, success, error_message,
    confidence_score, routing_decision_id, created_at, updated_at)
select t.task_id, t.user_id, t.organization_id, t.provider, t.task_type, t.task_description, t.start_time, t.end_time,
    t.duration_ms, t.tokens_used, t.compute_units, t.tokens_used * actual.cost_per_unit,
    t.tokens_used * base.cost_per_unit, t.tokens_used * (base.cost_per_unit - actual.cost_per_unit), t.currency, t.success,
    t.error_message, t.confidence_score, t.routing_decision_id, t.created_at, t.created_at
from landed as t
left join lateral (
    select cost_per_unit from provider_pricing as p
    where p.provider = t.provider and (p.task_type = t.task_type or p.task_type is null)
        and p.effective_date <= t.start_time::date and (p.end_date is null or p.end_date > t.start_time::date)
    order by p.task_type nulls last limit 1) as actual on true
left join lateral (
    select cost_per_unit from provider_pricing as p
    where p.provider = '{BASELINE}' and (p.task_type = t.task_type or p.task_type is null)
        and p.effective_date <= t.start_time::date and (p.end_date is null or p.end_date > t.start_time::date)
    order by p.task_type nulls last limit 1) as base on true
"""
VIEWS = """
create materialized view daily_savings as
select organization_id, start_time::date as day, provider, task_type, count(*) as tasks,
    count(*) filter (where success) as successful_tasks, sum(tokens_used) as tokens, sum(actual_cost) as actual_cost,
    sum(baseline_cost) as baseline_cost, sum(savings) filter (where success) as savings, avg(duration_ms) as avg_duration_ms
from task_executions group by 1, 2, 3, 4;
create unique index on daily_savings (organization_id, day, provider, task_type);
create materialized view current_month as
select organization_id, count(*) as tasks, sum(actual_cost) as cost, sum(savings) as savings,
    100 * sum(savings) / nullif(sum(baseline_cost), 0) as savings_percentage, count(distinct user_id) as active_users,
    count(distinct provider) as providers
from task_executions
where start_time >= (select date_trunc('month', max(start_time)) from task_executions)
group by 1;
"""
REFRESH = "refresh materialized view daily_savings; refresh materialized view current_month;"


@dataclass(frozen=True)
class PostgresTimes:
    """Seconds, and the totals by which both sides are compared."""

    load: float
    views: float
    day_load: float
    refresh: float
    totals: tuple[str, ...]


def programs() -> Path | None:
    """Return the folder of the server's programs; None if it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Server:
    """A running server that is asked by psql."""

    def __init__(self, bin_folder: Path, folder: Path, port: int) -> None:
        """Use a server that listens on a loopback port."""
        self._bin, self._folder, self._port = bin_folder, folder, port

    def run(self, sql: str) -> str:
        """Run statements; stop at the first error."""
        command = [
            "psql",
            "-h",
            "127.0.0.1",
            "-p",
            str(self._port),
            "-U",
            "bench",
            "-d",
            "postgres",
        ]
        done = subprocess.run(
            [
                str(self._bin / command[0]),
                *command[1:],
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
            ],
            input=sql,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"PostgreSQL: {done.stderr.strip()}")
        return done.stdout.strip()

    def timed(self, sql: str) -> float:
        """Run statements and return the seconds they took."""
        started = time.monotonic()
        self.run(sql)
        return time.monotonic() - started


@contextmanager
def server(bin_folder: Path, folder: Path) -> Iterator[Server]:
    """Start a server on a new data folder; stop it and remove the folder afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # The server refuses to be root; the package brings a user for it.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    subprocess.run(
        [
            *as_user,
            str(bin_folder / "initdb"),
            "-D",
            str(data),
            "-U",
            "bench",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    control = [
        *as_user,
        str(bin_folder / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-l",
        str(folder / "log"),
    ]
    start = [*control, "-o", f"-p {port} -k {folder} {options}", "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd="/")
    try:
        yield Server(bin_folder, folder, port)
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, cwd="/"
        )
        shutil.rmtree(folder, ignore_errors=True)


def _as_csv(source: Path, target: Path) -> None:
    """Write the same rows as CSV, the only form PostgreSQL copies; not counted as its time."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"copy (from '{source}') to '{target}' (header)")
    target.chmod(0o644)


def measure_postgres(bin_folder: Path, folder: Path, data: TaskData) -> PostgresTimes:
    """Load the history and one more day."""
    texts = {path: path.with_suffix(".csv") for path in (data.history, data.day)}
    for source, target in texts.items():
        _as_csv(source, target)
    try:
        with server(bin_folder, folder) as postgres:
            postgres.run(TABLES)
            prices = "id, provider, pricing_model, cost_per_unit, currency, effective_date, end_date, source"
            postgres.run(
                f"\\copy provider_pricing ({prices}) from '{data.prices.absolute()}' csv header"
            )
            load = _load(postgres, texts[data.history])
            views = postgres.timed(VIEWS)
            postgres.run("vacuum analyze task_executions")
            day_load = _load(postgres, texts[data.day])
            refresh = postgres.timed(REFRESH)
            totals = postgres.run(
                "select sum(tasks), sum(actual_cost), sum(savings) from daily_savings"
            )
            return PostgresTimes(load, views, day_load, refresh, tuple(totals.split("|")))
    finally:
        for target in texts.values():
            target.unlink(missing_ok=True)


def _load(postgres: Server, path: Path) -> float:
    copy = f"\\copy landed from '{path.absolute()}' csv header\n"
    return postgres.timed(f"truncate landed;\n{copy}{PRICED};")
