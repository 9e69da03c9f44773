"""A GitHub on loopback with a warehouse beside it: the loader from HTTP to DuckDB."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import duckdb

from extract.cli import run_all
from extract.config import read_settings
from tests.worlds.github import TOKEN, Site

DETAILS = ("/commits?", "/reviews?")


class Hub:
    """A site, and a warehouse beside it."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.folder = site, folder
        self.env = {
            "GITHUB_API_URL": site.address,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORIES": "o/r,o/second",
            "GITHUB_ORGANIZATION": "o",
            "SINCE": "2026-06-01",
            "UNTIL": "2026-06-30",
            "AS_OF": "2026-06-30",
            "DUCKDB_PATH": str(folder / "warehouse.duckdb"),
            "PIPELINES_DIR": str(folder / "dlt"),
            "STATE_DIR": str(folder / "state"),
            "HTTP_BACKOFF_SECONDS": "0",
        }

    def load(self, code: int = 0, *, backfill: bool = False, **env: str) -> str:
        self.site.calls.clear()
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            settings = read_settings({**self.env, **env}, sources=("github",))
            found = run_all(settings, create_others=False, backfill=backfill)
        assert found == code, out.getvalue()
        return out.getvalue()

    def program(self, *words: str, **env: str) -> "subprocess.Popen[bytes]":
        self.site.calls.clear()
        return subprocess.Popen(
            [sys.executable, "-m", "extract", *words, "github"],
            env={**os.environ, **self.env, **env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.env["DUCKDB_PATH"], read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def contents(self) -> dict[str, list[str]]:
        names = self.rows(
            "select table_name from information_schema.tables where table_schema = 'raw_github'"
            " and not starts_with(table_name, '_dlt') and table_name not in ('extract_runs', 'loaded_partitions')"
        )
        leave_out = "'_loaded_at', '_dlt_load_id', '_dlt_valid_from'"
        return {
            name: sorted(
                map(
                    repr,
                    self.rows(
                        f"select columns(c -> c not in ({leave_out})) from raw_github.{name}"
                    ),
                )
            )
            for (name,) in names
        }

    def details(self) -> list[str]:
        return [
            call
            for call in self.site.calls
            if "/pulls/" in call and any(d in call for d in DETAILS)
        ]
