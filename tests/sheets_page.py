"""Write `docs/sheets.md` and `docs/sheet-templates`: what may stand in each cell of the sheets, and a file for each tab to begin with.

    python -m tests.sheets_page            after a tab, or what is accepted in a cell, changed
    python -m tests.sheets_page --check    name the files that are not what it would write, and end with 3

The columns are those of the loader's contracts; what to type, and what becomes of a row otherwise, is what
`dq_unreadable_sheet_cells` says of a cell that cannot be used (macros/domain/sheet_cell_faults.sql), so that page and
findings cannot say different things; other spellings come from the seeds.
"""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dbt.clients.jinja import get_template  # type: ignore[attr-defined]

from extract.sources.sheets.examples import EXAMPLES
from extract.sources.sheets.tables import (
    ALTERNATIVES,
    HEADERS,
    OPTIONAL,
    REQUIRED_TABS,
    SILENT_TABS,
)
from warehouse.exit_codes import Exit

ROOT = Path(__file__).resolve().parents[1]

PAGE = ROOT / "docs" / "sheets.md"
TEMPLATES = ROOT / "docs" / "sheet-templates"
MACROS = ("budget_scopes", "token_classes", "sheet_cell_faults")
EMPTY = "is empty"
ABOUT = """\
# The sheets, tab by tab

Made by `python -m tests.sheets_page` from the contracts of the loader and from what the data-quality check `unreadable_sheet_cell` says.

A spreadsheet with these tabs (`SHEETS_SPREADSHEET_ID`), or a folder with a CSV file for each (`SHEETS_CSV_DIR`). [sheet-templates](sheet-templates) has a file for each tab, with its
header and one row as an example, which has to go: `cp docs/sheet-templates/*.csv my-sheets/`. Capitals, and what stands between the parts of a word, do not matter: `Per token` is
`per_token`. How days, months and amounts are written, and what a repeated row is: [configuration.md](configuration.md#the-sheets).
"""


class _ReturnedError(Exception):
    """Carries what a macro returns, as dbt's `return` does."""


def faults() -> dict[str, list[tuple[str, ...]]]:
    """Return what can be wrong with each column of each tab, from the macro that the check is made of."""
    context: dict[str, Any] = {}

    def give_back(value: object) -> None:
        raise _ReturnedError(value)

    context["return"] = give_back

    def calling(name: str) -> Any:
        text = (ROOT / "macros" / "domain" / f"{name}.sql").read_text(encoding="utf-8")
        # As dbt reads it, which has a name of its own for each macro.
        module = get_template(text, context, None).make_module(context)
        try:
            getattr(module, f"dbt_macro__{name}")()
        except _ReturnedError as returned:
            return returned.args[0]
        raise LookupError(name)

    found: dict[str, list[tuple[str, ...]]] = {}
    for name in MACROS:
        value = calling(name)
        context[name] = lambda value=value: value
        found = value
    return found


def page() -> str:
    """Return the page."""
    lines = [ABOUT]
    wrong = faults()
    for tab, columns in HEADERS.items():
        lines += [f"## {tab}", "", _when(tab), ""]
        lines += ["| column | what to type | otherwise the row |", "|---|---|---|"]
        for column in columns:
            typed, becomes = _of(tab, column, wrong[tab])
            lines.append(f"| `{column}` | {typed} | {becomes} |")
        lines += ["", "```", template(tab).rstrip(), "```", ""]
    lines += [*_spellings("platform"), *_spellings("vendor")]
    return "\n".join(lines).rstrip() + "\n"


def template(tab: str) -> str:
    """Return a tab's file: its header and an example."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADERS[tab], lineterminator="\n")
    writer.writeheader()
    writer.writerow(EXAMPLES[tab])
    return text.getvalue()


def _when(tab: str) -> str:
    if tab in REQUIRED_TABS:
        return "Has to be there, if only with its header."
    return "Only with `TASK_EVENTS_URL`." if tab in SILENT_TABS else "May be missing."


def _of(tab: str, column: str, wrong: list[tuple[str, ...]]) -> tuple[str, str]:
    """Return what is accepted in a column, and what becomes of a row where it is not."""
    own = [fault for fault in wrong if fault[0] == column]
    typed = list(dict.fromkeys(fault[4] for fault in own)) or ["any text, or nothing"]
    if own and column not in ALTERNATIVES.get(tab, ()) and not any(f[3] == EMPTY for f in own):
        typed = [text if text.endswith("or nothing") else f"{text}, or nothing" for text in typed]
    if column in OPTIONAL.get(tab, ()):
        typed.append("the column may be missing")
    becomes = list(dict.fromkeys(fault[5] for fault in own))
    return "; ".join(dict.fromkeys(typed)), "; ".join(becomes) or "-"


def _spellings(name: str) -> Iterator[str]:
    path = ROOT / "dbt_project" / "seeds" / "rules" / f"{name}_spellings.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    yield f"## Other words for a {name}"
    yield ""
    for known in dict.fromkeys(row[name] for row in rows):
        others = ", ".join(f"`{row['spelling']}`" for row in rows if row[name] == known)
        yield f"* `{known}`: {others}"
    yield ""


def main() -> int:
    """Write the files, or compare them; return 3 when one is not as it should be."""
    files = {TEMPLATES / f"{tab}.csv": template(tab) for tab in HEADERS} | {PAGE: page()}
    stale = [
        path
        for path, text in files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
    if "--check" in sys.argv[1:]:
        if stale:
            sys.stderr.write(f"sheets: `python -m tests.sheets_page` would change {names}\n")
        return Exit.FINDINGS if stale else Exit.WELL
    TEMPLATES.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(files[path], encoding="utf-8")
    sys.stdout.write(f"sheets: {names or 'as the contracts say'}\n")
    return Exit.WELL


if __name__ == "__main__":
    sys.exit(main())
