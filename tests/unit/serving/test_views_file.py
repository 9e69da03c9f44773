"""Who looks at what is published, in a notebook that stays open, blocks no run and needs no path."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from serving.config import Settings
from serving.publish import publish
from warehouse.views_file import NAME

Change = Callable[[str], None]
NOTEBOOK = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
for _ in sys.stdin:
    print(connection.sql("select sum(spend_usd) from marts.fct_ai_spend_daily").fetchone()[0], flush=True)
"""


@contextmanager
def notebook(file: Path) -> Iterator[Callable[[], str]]:
    """Open the file in another process; yield what asks it for the sum of the ledger."""
    with subprocess.Popen(
        [sys.executable, "-c", NOTEBOOK, str(file)],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        said, ask = child.stdout, child.stdin

        def answer() -> str:
            ask.write("\n")
            ask.flush()
            return said.readline().strip()

        yield answer
        ask.close()


def test_an_open_notebook_blocks_no_run_and_keeps_its_snapshot(
    settings: Settings, change: Change
) -> None:
    """Naive: it reads the warehouse, and the night's run finds it locked."""
    publish(settings)
    file = settings.publish_dir / NAME
    with notebook(file) as open_one:
        assert open_one() == "111.750000000"
        change("update marts.fct_ai_spend_daily set spend_usd = 1")
        assert publish(settings).is_new
        assert open_one() == "111.750000000"
        with notebook(file) as new_one:
            assert new_one() == "4.000000000"


def test_every_published_table_is_there_and_whose_data_it_is(settings: Settings) -> None:
    publish(settings)
    with duckdb.connect(str(settings.publish_dir / NAME), read_only=True) as connection:
        views = connection.sql(
            "select schema_name || '.' || view_name from duckdb_views() where not internal order by all"
        ).fetchall()
        assert views == [
            ("main.published",),
            ("marts.fct_ai_spend_daily",),
            ("quality.dq_results",),
        ]
        assert connection.sql("select data_origin from published").fetchall() == [("sandbox",)]


def test_it_is_made_where_it_is_missing_and_nothing_changed(settings: Settings) -> None:
    publish(settings)
    (settings.publish_dir / NAME).unlink()
    (settings.publish_dir / f"{NAME}.wal").write_bytes(b"of somebody")
    assert not publish(settings).is_new
    assert (settings.publish_dir / NAME).exists()
    assert not (settings.publish_dir / f"{NAME}.wal").exists()


@pytest.mark.parametrize("name", ["it's here", "a place"])
def test_a_path_may_have_anything_in_it(settings: Settings, tmp_path: Path, name: str) -> None:
    here = replace(settings, publish_dir=tmp_path / name)
    publish(here)
    with duckdb.connect(str(here.publish_dir / NAME), read_only=True) as connection:
        assert connection.sql("from quality.dq_results").fetchall()
