"""Words of data have one name each, and platforms the name that the warehouse gives them."""

import csv
from pathlib import Path

from dashboards.names import NAMES, name_of

PLATFORMS = Path("dbt_project") / "seeds" / "reference" / "platforms.csv"


def test_platforms_are_called_as_in_the_warehouse() -> None:
    with PLATFORMS.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["platform"]: name_of("platform", row["platform"]) for row in rows} == {
        row["platform"]: row["platform_name"] for row in rows
    }
    for column in ("vendor", "category"):
        assert {row[column] for row in rows} - NAMES[column].keys() == set()


def test_no_two_words_of_a_column_have_the_same_name() -> None:
    """A chart and a filter tell them apart by it; where platform and vendor share a word, they share the name."""
    for column, names in NAMES.items():
        assert len(set(names.values())) == len(names), column
    for column in ("usage_scope", "budget_scope_value"):
        assert NAMES[column].keys() >= NAMES["platform"].keys()


def test_a_word_without_a_name_is_its_own() -> None:
    assert name_of("platform", "windsurf") == "windsurf"
    assert name_of("team_name", "claude_code") == "claude_code"
    assert name_of("usage_scope", "ai_assistants") == "AI assistants"
