"""Print what a benchmark found, a line for each case."""

from collections.abc import Mapping, Sequence
from typing import Any


def print_table(columns: Sequence[str], results: Sequence[Mapping[str, Any]]) -> None:
    """Print some fields of each result below their names."""
    rows = [columns, *([str(found[name]) for name in columns] for found in results)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)))
