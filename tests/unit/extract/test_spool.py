"""The working files between vendor and warehouse."""

from pathlib import Path

import duckdb
import pyarrow as pa

from extract.landing.spool import Spool
from extract.sources.claude_ai.tables import AUDIT_LOG


def test_large_log_is_deduplicated_on_disk(tmp_path: Path) -> None:
    """Naive: `distinct on`, which holds every row in memory."""
    n_lines = 150_000
    (tmp_path / "spool").mkdir()
    spool = Spool(tmp_path / "spool")
    spool._con.execute("set memory_limit = '100MB'")
    lines = duckdb.sql(
        "select date '2026-06-01' as usage_date, md5(n::varchar) as row_hash,"
        " timestamptz '2026-06-01 00:00:00Z' as created_at, repeat(md5(n::varchar), 8) as event"
        f" from range({n_lines}) as lines(n)"
    ).to_arrow_table()
    for name in AUDIT_LOG.spool_schema.names[len(lines.schema) :]:
        lines = lines.append_column(name, pa.nulls(n_lines))
    for _ in range(2):
        spool.adopt(AUDIT_LOG, lines)
    (found,) = spool.partitions(AUDIT_LOG).values()
    assert found.n_rows == n_lines
    spool.close()
