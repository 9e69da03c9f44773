"""Reading one resource of claude.ai or Gemini from a vendor that a script plays."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from extract.config import Settings, read_settings
from extract.landing.sink import Sink, Unit
from extract.landing.spool import Spool
from extract.sources import SOURCES
from tests.unit.extract.vendor import Asked, Script, Vendor, vendor

UNIT = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 3))
ONE_DAY = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 2))


def settings_for(server: Vendor, folder: Path, key: str = "", **more: str) -> Settings:
    account = folder / "account.json"
    account.write_text(
        json.dumps({"type": "service_account", "client_email": "loader@x.example", "private_key": key,
                    "token_uri": f"{server.url}/token"})
    )  # fmt: skip
    return read_settings(
        {
            "AS_OF": "2026-06-30",
            "CLAUDE_ANALYTICS_KEY": "sk-analytics",
            "ANTHROPIC_API_URL": server.url,
            "GOOGLE_REPORTS_CUSTOMER": "C0test",
            "GOOGLE_REPORTS_SUBJECT": "admin@corp.example",
            "GOOGLE_REPORTS_API_URL": server.url,
            "GOOGLE_APPLICATION_CREDENTIALS": str(account),
            "HTTP_BACKOFF_SECONDS": "0",
            **more,
        }
    )


def read(
    script: Script, name: str, folder: Path, unit: Unit = UNIT, key: str = ""
) -> tuple[list[dict[str, Any]], list[Asked], Sink]:
    """Read one resource; return its rows, the requests and the sink."""
    with vendor(script) as server:
        settings = settings_for(server, folder, key)
        resource = next(
            r
            for s in ("claude_ai", "gemini")
            for r in SOURCES[s].resources(settings)
            if r.name == name
        )
        made = folder / "spool"
        made.mkdir()
        spool = Spool(made)
        sink = spool.sink(unit)
        try:
            resource.read(unit, sink)
        except BaseException:
            sink.close(keep=False)
            raise
        sink.close(keep=True)
        (table,) = resource.tables
        rows = [
            row
            for batch in spool.rows(table, list(spool.partitions(table)), dt.datetime.now(dt.UTC))
            for row in batch.to_pylist()
        ]
        return rows, server.asked, sink
