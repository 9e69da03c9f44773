"""A program whose warehouse grows."""

import os
from pathlib import Path

from warehouse.command import begin


def main() -> int:
    """Write two MiB."""
    Path(os.environ["DUCKDB_PATH"]).write_bytes(bytes(2 * 2**20))
    return 0


if __name__ == "__main__":
    begin("run", main)
