"""The BigQuery path proved without an account. See README.md beside this file.

python -m tests.bigquery                 all four steps: what `make bigquery-check` runs
python -m tests.bigquery analyse         one step (compile, analyse, compare, emulator)
python -m tests.bigquery compare --warehouse data/warehouse.duckdb --limit-days 3
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bigquery.steps import (
    analyse_step,
    compare_step,
    compile_step,
    emulator_step,
    say,
    settings_of_user,
)
from tests.bigquery.workspace import CommandFailedError
from tests.bigquery.world.raw_tables import SETTINGS

STEPS = ("check", "compile", "analyse", "compare", "emulator")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps asked for; the exit code is 0 when nothing is wrong."""
    options = _parser().parse_args(arguments)
    wrong = 0
    try:
        if options.step != "emulator":
            settings = settings_of_user() if options.warehouse else SETTINGS
            compiled = compile_step(settings, reuse=options.reuse)
            if options.step in ("check", "analyse"):
                wrong += analyse_step(compiled)
            if options.step in ("check", "compare"):
                wrong += compare_step(compiled, options.warehouse, options.limit_days)
        if options.step in ("check", "emulator"):
            wrong += emulator_step()
    except CommandFailedError as error:
        say(f"FAILED {error}")
        return 1
    say("bigquery  nothing wrong" if wrong == 0 else f"bigquery  {wrong} THINGS ARE WRONG")
    return min(wrong, 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bigquery",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("step", nargs="?", choices=STEPS, default="check")
    parser.add_argument(
        "--warehouse", type=Path, metavar="FILE", help="compare: this DuckDB file's raw tables"
    )
    parser.add_argument("--limit-days", type=int, metavar="N", help="compare: only its last N days")
    parser.add_argument("--reuse", action="store_true", help="use what an earlier compile left")
    return parser


if __name__ == "__main__":
    sys.exit(main())
