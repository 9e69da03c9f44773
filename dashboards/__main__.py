"""Boards as code.

    python -m dashboards lint             hold every definition against the published tables
    python -m dashboards show BOARD/CARD  print what a card returns, without filters

Exit code: 0 done, 1 something is wrong, 2 a definition or a setting is.
"""

import argparse
import os
import sys
from pathlib import Path

from dashboards.binding import without_filters
from dashboards.definition import DefinitionError, read_boards
from dashboards.lint import faults_of
from dashboards.published import open_tables
from warehouse.snapshot import Snapshot, SnapshotError, open_current


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboards",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lint")
    commands.add_parser("show").add_argument("card", help="BOARD/CARD")
    chosen = parser.parse_args(arguments)
    try:
        snapshot = open_current(Path(os.environ.get("PUBLISH_DIR") or "data/published"))
        return _show(snapshot, chosen.card) if chosen.command == "show" else _lint(snapshot)
    except (DefinitionError, SnapshotError) as error:
        print(error, file=sys.stderr)
        return 2


def _lint(snapshot: Snapshot) -> int:
    _, tables = open_tables(snapshot)
    boards = read_boards()
    faults = [fault for board in boards.values() for fault in faults_of(board, tables)]
    print(*faults, sep="\n", end="\n" if faults else "")
    n_cards = sum(len(board.cards) for board in boards.values())
    print(f"{len(boards)} boards, {n_cards} cards, {len(faults)} faults")
    return 1 if faults else 0


def _show(snapshot: Snapshot, name: str) -> int:
    board, _, card = name.partition("/")
    found = read_boards().get(board)
    if found is None or card not in found.cards:
        print(f"There is no card {name}.", file=sys.stderr)
        return 2
    connection, _ = open_tables(snapshot)
    connection.sql(without_filters(found.cards[card].sql)).show(max_rows=200, max_width=240)
    return 0


if __name__ == "__main__":
    sys.exit(main())
