"""A company that has nothing but its sheets: loaded for June 2026 and built with all tests of the data."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.e2e.chain import Chain

AFTER_JUNE = date(2026, 7, 1)
JUNE_DAYS = 30
REQUIRED = {
    "people": ("email aliases name department team manager_email cost_centre valid_from valid_to",),
    "api_key_mapping": (
        "api_key_id api_key_name owner_email platform purpose valid_from valid_to",
    ),
}
"""The tabs that no company lacks, empty."""


def write_tabs(folder: Path, tabs: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    """Write tabs as files, beside those that every company has."""
    folder.mkdir(parents=True)
    for tab, rows in {
        **{name: [head[0].split()] for name, head in REQUIRED.items()},
        **tabs,
    }.items():
        with (folder / f"{tab}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def load_tabs(chain: Chain, tabs: Mapping[str, Sequence[Sequence[str]]], *, name: str) -> None:
    """Load tabs for June."""
    folder = write_tabs(chain.folder / name, tabs)
    done = chain.run("extract", "sheets", SHEETS_CSV_DIR=str(folder))
    assert done.code == 0, done.text


def in_june(chain: Chain, folder: Path) -> Chain:
    """Return a warehouse in another folder whose month is June."""
    return replace(chain, folder=folder, as_of=AFTER_JUNE, days=JUNE_DAYS)
