"""Boards as code.

    python -m dashboards lint             hold every definition against the published tables
    python -m dashboards show BOARD/CARD  print what a card returns, without filters
    python -m dashboards exposures        write dbt's list of the boards and what they read

In Metabase (docs/metabase.md):

    python -m dashboards plan             say what differs from the definitions; writes nothing
    python -m dashboards apply            bring Metabase to what the definitions say
    python -m dashboards prune            put what we made and no longer define into Metabase's trash
    python -m dashboards export [FOLDER]  write Metabase's own file format, by default to data/metabase

Exit code: 0 done (plan: nothing differs), 1 it failed, 3 something is wrong (plan: something differs), 7 a definition or a
setting is (docs/exit-codes.md).
"""

import argparse
import os
import sys
from pathlib import Path

from dashboards.binding import without_filters
from dashboards.definition import DefinitionError, read_boards
from dashboards.exposures import FILE, exposures
from dashboards.metabase.client import MetabaseError
from dashboards.metabase.commands import FaultyError, all_faults, run
from dashboards.metabase.settings import read_settings
from dashboards.published import open_tables
from warehouse.command import begin
from warehouse.exit_codes import Exit
from warehouse.settings import ConfigError
from warehouse.snapshot import Snapshot, SnapshotError, open_current


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboards",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("lint", "exposures", "plan", "apply", "prune"):
        commands.add_parser(name)
    commands.add_parser("show").add_argument("card", help="BOARD/CARD")
    commands.add_parser("export").add_argument(
        "folder", nargs="?", type=Path, default=Path("data/metabase")
    )
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen)
    except FaultyError as error:
        print(error, file=sys.stderr)
        return Exit.FINDINGS
    except MetabaseError as error:
        print(error, "What was written stays; the next run goes on from there.", file=sys.stderr)
        return Exit.FAILED
    except (DefinitionError, SnapshotError, ConfigError) as error:
        print(error, file=sys.stderr)
        return Exit.SETTING_WRONG


def _run(chosen: argparse.Namespace) -> int:
    if chosen.command == "exposures":
        FILE.write_text(exposures(read_boards().values()), encoding="utf-8")
        print(f"{FILE} written")
        return 0
    if chosen.command in ("lint", "show"):
        snapshot = open_current(Path(os.environ.get("PUBLISH_DIR") or "data/published"))
        return _show(snapshot, chosen.card) if chosen.command == "show" else _lint(snapshot)
    boards = list(read_boards().values())
    options = {"folder": chosen.folder} if chosen.command == "export" else {}
    changes, said = run(chosen.command, read_settings(), boards, **options)
    print(*changes, said, sep="\n")
    return Exit.FINDINGS if changes and chosen.command == "plan" else Exit.WELL


def _lint(snapshot: Snapshot) -> int:
    _, tables = open_tables(snapshot)
    boards = read_boards()
    faults = all_faults(list(boards.values()), tables)
    print(*faults, sep="\n", end="\n" if faults else "")
    n_cards = sum(len(board.cards) for board in boards.values())
    print(f"{len(boards)} boards, {n_cards} cards, {len(faults)} faults")
    return Exit.FINDINGS if faults else Exit.WELL


def _show(snapshot: Snapshot, name: str) -> int:
    board, _, card = name.partition("/")
    found = read_boards().get(board)
    if found is None or card not in found.cards:
        print(f"There is no card {name}.", file=sys.stderr)
        return Exit.SETTING_WRONG
    connection, _ = open_tables(snapshot)
    connection.sql(without_filters(found.cards[card].sql)).show(max_rows=200, max_width=240)
    return 0


if __name__ == "__main__":
    begin("dashboards", main)
