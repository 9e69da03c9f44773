"""The BigQuery path proved without an account. See README.md beside this file.

python -m tests.bigquery                        all four steps: what `make bigquery-check` runs
python -m tests.bigquery analyse compare        some steps (compile, analyse, compare, emulator)
python -m tests.bigquery emulator --only-loads  every way of loading, twice: what `make test` runs
python -m tests.bigquery compare --warehouse data/warehouse.duckdb --limit-days 3
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bigquery.emulator.running import EmulatorFailedError
from tests.bigquery.raw_tables import SETTINGS
from tests.bigquery.steps import (
    analyse_step,
    compare_step,
    compile_step,
    emulator_step,
    say,
    settings_of_user,
)
from tests.bigquery.workspace import ROOT, CommandFailedError, end_with_everything

STEPS = ("compile", "analyse", "compare", "emulator")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps asked for; the exit code is 0 when nothing is wrong."""
    options = _parser().parse_args(arguments)
    if not options.steps:
        return check(reuse=options.reuse)
    wrong = 0
    try:
        if {"compile", "analyse", "compare"} & set(options.steps):
            settings = settings_of_user() if options.warehouse else SETTINGS
            compiled = compile_step(settings, reuse=options.reuse)
            if "analyse" in options.steps:
                wrong += analyse_step(compiled)
            if "compare" in options.steps:
                wrong += compare_step(compiled, options.warehouse, options.limit_days)
        if "emulator" in options.steps:
            wrong += emulator_step(only_loads=options.only_loads)
    except (CommandFailedError, EmulatorFailedError) as error:
        say(f"FAILED {error}")
        wrong += 1
    return min(wrong, 1)


def check(*, reuse: bool = False) -> int:
    """Run all steps, the emulator beside the others; return the exit code."""
    command = [sys.executable, "-m", "tests.bigquery", "emulator"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as beside:
        wrong = 0
        try:
            compiled = compile_step(reuse=reuse)
            wrong += analyse_step(compiled)
            wrong += compare_step(compiled)
        except CommandFailedError as error:
            say(f"FAILED {error}")
            wrong += 1
        except BaseException:
            beside.terminate()
            raise
        output, _ = beside.communicate()
    say(output.rstrip())
    right = wrong == 0 and beside.returncode == 0
    say("bigquery  nothing wrong" if right else "bigquery  SOMETHING IS WRONG, see above")
    return 0 if right else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bigquery",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("steps", nargs="*", choices=STEPS, metavar="STEP", help=", ".join(STEPS))
    parser.add_argument(
        "--warehouse", type=Path, metavar="FILE", help="compare: this DuckDB file's raw tables"
    )
    parser.add_argument("--limit-days", type=int, metavar="N", help="compare: only its last N days")
    parser.add_argument("--only-loads", action="store_true", help="emulator: build nothing")
    parser.add_argument("--reuse", action="store_true", help="use what an earlier compile left")
    return parser


if __name__ == "__main__":
    end_with_everything()
    sys.exit(main())
