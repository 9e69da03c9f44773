"""What the loader's tests share: a run, in this process, against real HTTP on loopback and a real DuckDB file."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from extract.cli import run_all
from extract.config import read_settings
from sandbox.server.options import ServerOptions
from sandbox.server.running import Running, running
from tests import hints
from tests.worlds.company import TinyWorld

hints.remember()


@dataclass(frozen=True)
class Loaded:
    """What a run returned and said."""

    code: int
    text: str


class Bench:
    """A served world and a warehouse of its own."""

    def __init__(self, world: TinyWorld, server: Running, folder: Path) -> None:
        self.world, self.server, self.folder = world, server, folder
        self.env = {
            **server.env,
            "SINCE": world.first_day.isoformat(),
            "UNTIL": world.as_of.isoformat(),
            "AS_OF": world.as_of.isoformat(),
            "DUCKDB_PATH": str(folder / "warehouse.duckdb"),
            "PIPELINES_DIR": str(folder / "dlt"),
            "STATE_DIR": str(folder / "state"),
            "HTTP_BACKOFF_SECONDS": "0.01",
        }

    def load(
        self,
        *sources: str,
        accept_shrink: bool = False,
        accept_new_person_ids: bool = False,
        env: Mapping[str, str] | None = None,
        create_others: bool = False,
        reads_again: bool = False,
    ) -> Loaded:
        """Run the loader after the world may have changed."""
        self.server.serve(self.world)
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            settings = read_settings({**self.env, **(env or {})}, sources=sources)
            settings = replace(settings, reads_again=reads_again)
            code = run_all(
                settings,
                accept_shrink=accept_shrink,
                accept_new_person_ids=accept_new_person_ids,
                create_others=create_others,
            )
        return Loaded(code, out.getvalue())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the warehouse."""
        with duckdb.connect(self.env["DUCKDB_PATH"], read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def tables(self) -> dict[str, list[str]]:
        """Return every raw table's rows without the loader's own columns, sorted."""
        return contents(Path(self.env["DUCKDB_PATH"]))


def contents(path: Path) -> dict[str, list[str]]:
    """Return every raw table of a warehouse without the loader's own columns, sorted."""
    result = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('raw_cursor', 'raw_anthropic', 'raw_sheets', 'raw_claude_ai', 'raw_gemini', 'raw_orchestrator', 'raw_dev_events')"
            " and not starts_with(table_name, '_dlt') and table_name <> 'extract_runs'"
        ).fetchall()
        for schema, name in names:
            found = connection.execute(
                f"select columns(c -> c not in ('_loaded_at', '_dlt_load_id')) from {schema}.{name}"
            ).fetchall()
            result[f"{schema}.{name}"] = sorted(map(repr, found))
    return result


@contextmanager
def bench(folder: Path, world: TinyWorld | None = None) -> Iterator[Bench]:
    """Serve a tiny world and offer a warehouse in `folder`."""
    world = world or TinyWorld()
    with running(world, options=ServerOptions(rate_limits=False)) as server:
        yield Bench(world, server, folder)
