"""A board that is right, written into a folder; a test states what differs."""

from pathlib import Path
from typing import Any

import yaml

from dashboards.definition import Board, Card, read_boards

TABLES = {
    "marts.spend": {
        "day": "DATE", "vendor": "VARCHAR", "team": "VARCHAR", "usd": "DECIMAL(38,9)", "n": "BIGINT",
        "read_at": "TIMESTAMP",
    },
    "marts.seats": {"day": "DATE", "vendor": "VARCHAR", "usd": "DECIMAL(38,9)"},
}  # fmt: skip
"""What is published."""

BOARD: dict[str, Any] = {
    "title": "Board", "short": "Board", "audience": "Finance", "question": "What?", "order": 1, "filters": ["dates", "vendor"],
    "refresh": "Daily.", "answer": "answer",
    "sections": [{"title": "All", "cards": [{"card": "bars", "col": 0, "row": 0, "width": 12, "height": 6}]}],
}  # fmt: skip
ANSWER: dict[str, Any] = {
    "title": "Answer", "question": "What?", "formula": "The sum.", "display": "sentence",
    "columns": {"usd": {"label": "Money", "format": "usd"}}, "sentences": ["It cost {usd}."],
}  # fmt: skip
BARS: dict[str, Any] = {
    "title": "Bars", "question": "Who?", "formula": "The sum.", "display": "bar", "x": "day", "y": ["usd"],
    "filters": {"dates": "day", "vendor": "vendor"},
    "columns": {
        "day": {"label": "Day", "format": "date"},
        "usd": {"label": "Money", "format": "usd", "is_additive": True},
    },
}  # fmt: skip
BARS_SQL = """
    select day, sum(usd) as usd from marts.spend
    where true [[and {{dates}}]] [[and {{vendor}}]]
    group by day order by day
"""
ANSWER_SQL = "select sum(usd) as usd from marts.spend"


def write(
    folder: Path,
    *,
    board: dict[str, Any] | None = None,
    bars: dict[str, Any] | None = None,
    answer: dict[str, Any] | None = None,
    sql: str = BARS_SQL,
    answer_sql: str = ANSWER_SQL,
) -> Path:
    """Write the board with other values in places; None takes a key away."""
    place = folder / "money"
    place.mkdir(parents=True)
    for name, content, changes in (
        ("board", BOARD, board),
        ("bars", BARS, bars),
        ("answer", ANSWER, answer),
    ):
        changed = {**content, **(changes or {})}
        kept = {key: value for key, value in changed.items() if value is not None}
        (place / f"{name}.yml").write_text(yaml.safe_dump(kept))
    (place / "bars.sql").write_text(sql)
    (place / "answer.sql").write_text(answer_sql)
    return folder


def read(folder: Path, **changes: Any) -> Board:
    """Write the board and read it."""
    return read_boards(write(folder, **changes))["money"]


def card(sql: str = BARS_SQL, **changes: Any) -> Card:
    """Return the card with the bars."""
    return Card.model_validate({**BARS, "name": "bars", "sql": sql, **changes})
