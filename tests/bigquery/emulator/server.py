"""The emulator with its fixes. Runs inside `.venv-emulator`:

    .venv-emulator/bin/python -m tests.bigquery.emulator.server FOLDER

Listens on a free port and writes FOLDER/address.json when it is ready. FOLDER/statements.jsonl gets
every statement as its client sent it, FOLDER/fixes.json how often each fix was needed.
"""

import asyncio
import json
import logging
import signal
import sys
from pathlib import Path
from types import ModuleType

from tests.bigquery.emulator.fixes import (
    column_options,
    counting,
    date_trunc,
    default_dataset,
    extensions,
    json_columns,
    numerics,
    regexp_capture,
    statements,
    sync_errors,
    uploads,
    views,
)

FIXES: tuple[ModuleType, ...] = (
    date_trunc,
    extensions,
    default_dataset,
    sync_errors,
    uploads,
    statements,
    json_columns,
    column_options,
    numerics,
    regexp_capture,
    views,
)


async def serve(folder: Path) -> None:
    """Serve until the process is told to end."""
    from bqemulator.config import LogLevel, Settings
    from bqemulator.server import EmulatorServer

    settings = Settings(rest_port=0, grpc_port=0, log_level=LogLevel("error"))
    emulator = EmulatorServer(settings)
    await emulator.start()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    (folder / "address.json").write_text(json.dumps({"address": emulator.rest_url}))
    await stop.wait()
    (folder / "fixes.json").write_text(json.dumps(dict(sorted(counting.USED.items())), indent=1))
    await emulator.stop()


def main(folder: Path) -> int:
    """Apply the fixes and serve."""
    logging.basicConfig(level=logging.ERROR)
    counting.record_to(folder / "statements.jsonl")
    for fix in FIXES:
        fix.apply()
    asyncio.run(serve(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
