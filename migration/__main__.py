"""Move from the predecessor's tables to this warehouse, in five phases. The runbook is docs/migration.md.

    python -m migration deploy            check both sides, make the migration's own tables
    python -m migration validate          explain every difference, day by day; fails when one has no explanation
    python -m migration archive           copy the old tables, prove the copies, keep them 30 days
    python -m migration cutover           old names become views on the new figures
    python -m migration drop [--expired]  drop the old tables; --expired: archives whose 30 days are over
    python -m migration rollback [--to PHASE]   undo the last phase, or all down to PHASE (`nothing`: as before)
    python -m migration status            what is done

Every phase may be repeated and may be killed: run it again, or roll back. The make targets are called
migrate-<phase>; options go in ARGS: make migrate-cutover ARGS=--dry-run. Exit code: 0 done, 1 refused, failed or not
explained (the message says what to do), 2 a setting is wrong.
"""

import argparse
import sys

from migration.config import read_settings
from migration.phases import Migration, RefusedError
from migration.state import PHASES
from warehouse.connection import open_warehouse
from warehouse.engine import WarehouseError
from warehouse.settings import ConfigError

TOLERANCE = 0.0001


def main(arguments: list[str] | None = None) -> int:
    """Run one phase and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings()
    except ConfigError as error:
        print(f"migration: {error}", file=sys.stderr)
        return 2
    try:
        with open_warehouse(settings, may_quote=True) as warehouse:
            return _run(Migration(warehouse, settings, _say, options.dry_run), options)
    except (RefusedError, WarehouseError) as error:
        print(f"migration: {error}", file=sys.stderr)
        return 1


def _run(migration: Migration, options: argparse.Namespace) -> int:
    match options.phase:
        case "deploy":
            migration.deploy()
        case "validate":
            return 0 if migration.validate(options.tolerance) else 1
        case "archive":
            migration.archive()
        case "cutover":
            migration.cutover()
        case "drop" if options.expired:
            migration.drop_expired()
        case "drop":
            migration.drop()
        case "rollback":
            migration.rollback(options.to)
        case _:
            begun = migration.state.interrupted()
            print(
                f"done: {PHASES[migration.state.level()]}"
                + (f"; interrupted: {begun}" if begun else "")
            )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m migration",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("phase", choices=[*PHASES[1:], "rollback", "status"])
    parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
    parser.add_argument(
        "--expired", action="store_true", help="drop: archives whose 30 days are over"
    )
    parser.add_argument(
        "--to", choices=PHASES[:-1], help="rollback: the last phase that stays done"
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        help="validate: unexplained share of a measure that passes (default: %(default)s)",
    )
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
