"""Move from the predecessor's tables to this warehouse, in five phases. The runbook is docs/migration.md.

    python -m migration deploy            check both sides, make the migration's own tables
    python -m migration validate          explain every difference, day by day; fails when one has no explanation
    python -m migration archive           copy the old tables, prove the copies, keep them 30 days
    python -m migration cutover           old names become views on the new figures
    python -m migration drop [--expired]  drop the old tables; --expired: archives whose 30 days are over
    python -m migration rollback [--to PHASE]   undo the last phase, or all down to PHASE (`nothing`: as before)
    python -m migration status [--places] what is done; --places: every table that holds rows of the predecessor's

Every phase may be repeated and may be killed: run it again, or roll back. The make targets are called
migrate-<phase>; options go in ARGS: make migrate-cutover ARGS=--dry-run. Exit code: 0 done, 1 refused or failed (the
message says what to do), 3 a difference is not explained, 7 a setting is wrong (docs/exit-codes.md).
"""

import argparse
import sys

from migration.back import WayBack
from migration.config import read_settings, read_tolerance
from migration.phases import Migration
from migration.standing import RefusedError
from migration.state import ARCHIVE, PHASES
from migration.tables import TABLES
from migration.validating import acceptable
from warehouse.command import begin
from warehouse.connection import open_warehouse
from warehouse.engine import WarehouseError
from warehouse.exit_codes import Exit
from warehouse.settings import ConfigError


def main(arguments: list[str] | None = None) -> int:
    """Run one phase and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings()
        options.tolerance = (
            settings.tolerance
            if options.tolerance is None
            else read_tolerance("--tolerance", options.tolerance)
        )
        options.accept = _accepted(options.accept)
    except ConfigError as error:
        print(f"migration: {error}", file=sys.stderr)
        return Exit.SETTING_WRONG
    try:
        with open_warehouse(settings, may_quote=True, alone=True) as warehouse:
            migration = Migration(
                warehouse, settings, _say, options.dry_run, TABLES, options.set_aside
            )
            return _run(migration, options)
    except (RefusedError, WarehouseError) as error:
        print(f"migration: {error}", file=sys.stderr)
        return Exit.FAILED


def _run(migration: Migration, options: argparse.Namespace) -> int:
    match options.phase:
        case "deploy":
            migration.deploy(accept_losses=options.accept_losses)
        case "validate":
            explained = migration.validate(options.tolerance, options.accept)
            return Exit.WELL if explained else Exit.FINDINGS
        case "archive":
            migration.archive()
        case "cutover":
            migration.cutover()
        case "drop" if options.expired:
            migration.drop_expired(last_copies=options.last_copies)
        case "drop":
            migration.drop()
        case "rollback":
            WayBack(migration, options.to, options.accept_altered).run()
        case _:
            _status(migration, places=options.places)
    return 0


def _accepted(given: list[str]) -> dict[str, str]:
    """Return what is accepted, with the reason that somebody gave."""
    known = {name for table in TABLES for name in acceptable(table)}
    result = {}
    for text in given:
        name, _, why = text.partition("=")
        if name not in known or not why.strip():
            raise ConfigError(
                f"--accept: {text!r}: give a name and why, as in dim_users.team='teams were renamed'. Names:"
                f" {', '.join(sorted(known))}"
            )
        result[name] = why.strip()
    return result


def _status(migration: Migration, *, places: bool) -> None:
    state = migration.state
    begun = state.interrupted()
    print(f"done: {PHASES[state.level()]}" + (f"; interrupted: {begun}" if begun else ""))
    if not places:
        return
    for table in migration.tables:
        stranger = migration.places.stranger(table)
        copies = {one.place: one for one in state.copies(table.name)}
        for schema, name in migration.places.holders(table):
            seen = migration.places.seen(name, schema)
            one = copies.get((schema, name))
            said = "under its own name" if one is None else one.role.replace("_", " ")
            if name == stranger:
                said = "not known to the migration"
            elif one is not None and one.fingerprint != seen:
                said += ", altered since"
            until = f", kept until {one.expires}" if one and one.role == ARCHIVE else ""
            print(f"{table.name}: {schema}.{name}: {seen.n_rows:,} rows, {said}{until}")


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
        "--last-copies",
        action="store_true",
        help="drop --expired: also the last copy of a table, which ends the migration for good",
    )
    parser.add_argument(
        "--set-aside",
        action="store_true",
        help="give a table that nobody knows, where it stands in the way, a name of its own; it is never dropped",
    )
    parser.add_argument(
        "--accept-losses",
        action="store_true",
        help="deploy: go on although readers lose what the findings say",
    )
    parser.add_argument(
        "--accept-altered",
        action="store_true",
        help="rollback: bring tables back as they are now, also where they are not what was archived",
    )
    parser.add_argument(
        "--places", action="store_true", help="status: every table that holds rows of the old ones"
    )
    parser.add_argument(
        "--to", choices=PHASES[:-1], help="rollback: the last phase that stays done"
    )
    parser.add_argument(
        "--tolerance",
        help="validate: unexplained share of a measure that passes, 0 to 0.01 (default: MIGRATION_TOLERANCE, else 0.0001)",
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="TABLE.NAME=WHY",
        help="validate: a column that is no measure, or a reason, of which a difference is right; say why. May be repeated",
    )
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    begin("migration", main)
