"""A program of ours in small: it goes on where the last one ended, and what it keeps must fit together.

python -m tests.integration.remote.program      adds one to everything; says `ended N` before its work is put back
"""

import os
import sys
from pathlib import Path

from warehouse.command import begin
from warehouse.remote.checkpoints import checkpoint
from warehouse.snapshot import write_pointer

N_FILES = 12


def main() -> int:
    """Add one."""
    state, published = Path(os.environ["STATE_DIR"]), Path(os.environ["PUBLISH_DIR"])
    ledger, warehouse = state / "ledger", Path(os.environ["DUCKDB_PATH"])
    lines = ledger.read_text(encoding="utf-8").splitlines() if ledger.exists() else []
    n = len(lines) + 1
    sys.stdout.write(f"began {n}\n")
    sys.stdout.flush()
    state.mkdir(parents=True, exist_ok=True)
    ledger.write_text("\n".join([*lines, str(n)]), encoding="utf-8")
    warehouse.write_bytes(n.to_bytes(8, "big") * 50_000)
    checkpoint()
    for one in range(N_FILES):
        (state / f"part-{one}").write_text(str(n), encoding="utf-8")
    (published / f"snapshot-{n}").mkdir(parents=True, exist_ok=True)
    (published / f"snapshot-{n}" / "a.parquet").write_text(str(n), encoding="utf-8")
    write_pointer(published, {"snapshot_id": f"snapshot-{n}"})
    sys.stdout.write(f"ended {n}\n")
    return 0


if __name__ == "__main__":
    begin("run", main)
