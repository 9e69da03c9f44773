"""Small cards and boards, as a definition would make them."""

from typing import Any

from dashboards.definition import Board, Card


def card(**settings: Any) -> Card:
    """Return a bar chart of money by month and vendor, with other settings where they are given."""
    made: dict[str, Any] = {
        "title": "Spend",
        "question": "How much?",
        "formula": "Sum.",
        "display": "stacked_bar",
        "x": "month_start_date",
        "y": ["spend_usd"],
        "series": "vendor",
        "filters": {"dates": "month_start_date", "vendor": "vendor"},
        "columns": {
            "month_start_date": {"label": "Month", "format": "month"},
            "vendor": {"label": "Vendor", "format": "text"},
            "spend_usd": {"label": "Spend", "format": "usd", "is_additive": True},
        },
        "name": "spend",
        "sql": "select month_start_date, vendor, spend_usd from marts.x where true [[and {{dates}}]] [[and {{vendor}}]]",
    }
    return Card.model_validate({**made, **settings})


def board(**settings: Any) -> Board:
    """Return a board of that one card."""
    made: dict[str, Any] = {
        "title": "Spend",
        "short": "Cards",
        "audience": "Finance",
        "question": "How much?",
        "order": 1,
        "filters": ["dates", "vendor"],
        "refresh": "Daily.",
        "answer": "spend",
        "sections": [
            {
                "title": "All",
                "cards": [{"card": "spend", "col": 0, "row": 0, "width": 12, "height": 6}],
            }
        ],
        "name": "money",
        "cards": {"spend": card()},
    }
    return Board.model_validate({**made, **settings})
