"""DuckDB is asked for files by `warehouse/files.py` alone: left to itself it takes folders for columns and names for patterns."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_READS = re.compile(
    r"(?<![\w.])read_(parquet|csv|csv_auto|ndjson|ndjson_objects|json|json_auto|text|blob)\("
)
FOLDERS = (
    *("extract", "serving", "privacy", "dashboards", "migration", "persons", "warehouse"),
    *("benchmarks", "bin"),
)
_SAFE = ("NO_FOLDERS", "{file}")


def test_no_file_is_read_past_the_rules() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _READS.search(line) and not any(word in line for word in _SAFE)
    ]
    assert found == []
