"""A program that changes something, and takes long."""

import os
import sys
import time
from pathlib import Path

from warehouse.command import begin


def main() -> int:
    """Change something and sleep."""
    (Path(os.environ["STATE_DIR"]) / "ledger").write_text("of a run that is lost", encoding="utf-8")
    sys.stdout.write("asleep\n")
    sys.stdout.flush()
    time.sleep(60)
    return 0


if __name__ == "__main__":
    begin("run", main)
