"""dbt's list of readers: each board with the models that its cards' SQL reads, `dbt_project/exposures/boards.yml`."""

from collections.abc import Iterable
from pathlib import Path

import sqlglot

from dashboards.binding import DIALECT, without_filters
from dashboards.definition import Board
from dashboards.reading import tables_read

_PROJECT = Path(__file__).parents[1] / "dbt_project"
FILE = _PROJECT / "exposures" / "boards.yml"
_HEAD = """\
# Made by `python -m dashboards exposures` from what the boards' SQL reads: change the boards, not this file.
version: 2

exposures:
"""


def exposures(boards: Iterable[Board]) -> str:
    """Return the file's text."""
    return _HEAD + "\n".join(_exposure(board) for board in boards)


def models_of(board: Board) -> list[str]:
    """Return the models that a board's cards read.

    One that the project does not have is a fault of the card, which `lint` names; here it would keep dbt from parsing.
    """
    known = {file.stem for file in (_PROJECT / "models").rglob("*.sql")}
    return sorted(
        {
            model
            for card in board.cards.values()
            for table in tables_read(sqlglot.parse_one(without_filters(card.sql), dialect=DIALECT))
            if (model := table.split(".", 1)[1]) in known
        }
    )


def _exposure(board: Board) -> str:
    lines = [
        f"  - name: boards__{board.name}",
        f"    label: {_quoted(board.title)}",
        "    type: dashboard",
        "    maturity: medium",
        f"    description: {_quoted(f'{board.question} For: {board.audience}.')}",
        "    owner:",
        "      name: Data engineering",
        "      email: data-engineering@example.com",
        "    depends_on:",
        *(f"      - ref('{model}')" for model in models_of(board)),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return text as YAML that no character of it changes."""
    return "'" + text.replace("'", "''") + "'"
