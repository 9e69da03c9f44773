"""Write docs/metrics.md: every number the marts and the quality models serve, in words, by subject.

    python bin/metrics_page.py     after a numeric column was added, renamed or described anew (compiles the project)

Definitions and grains come from the models' YAML, which dbt shows too; where a number comes from is read from the compiled
SQL (`bin/column_sources.py`); what a subject is about and what to beware of is written here. A mart that no subject names
yet comes under its folder's name.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from warehouse.documentation import MODELS, documented  # noqa: E402 - needs the root on the path

PAGE = ROOT / "docs" / "metrics.md"

INTRO = """# Metrics

Every number the marts and the data-quality models serve: what it says, per what it is counted, what it is made of, and what to
beware of. "Made of" names the vendors' fields for the facts, and the facts' columns for everything built from them.
`python bin/metrics_page.py` writes this page from the models' own descriptions; a test keeps it complete.

Five rules hold everywhere:

* **USD** are US dollars with nine decimals. Over which rows a table's money may be added stands below its name: some tables hold a
  dollar several times (by scope, by roll-up, by day of a forecast), and a test adds up exactly the rows that are named and compares the
  sum with the spend ledger. A price (`_usd_per_…`) and a share (`_share`, 0 to 1) may never be added: divide the sums that stand
  beside them instead. Money of data-quality findings is not to be added.
* **Counts** (`n_…`, `…_tokens`) are whole numbers. They may be added over days and teams, except counts of *different* people, which
  would count somebody active on two days or platforms twice; a description that says "people" means different people.
* **Nothing** is not zero: an empty cell means that the source does not say, 0 means that it says zero.
* **The last 30 days** may still change, because vendors revise them (`is_provisional`).
* **Days** are UTC days. "Per" below is the grain: what one row of the table stands for.
"""

SUBJECTS: dict[str, tuple[str, str]] = {
    "core": (
        "Money and usage, line by line",
        "The spend ledger holds every dollar the company pays exactly once; the facts hold what people did with each tool. All other"
        " tables are made from these. Money of a subscription seat is spread over its days; money that the vendor has not billed yet"
        " is estimated from the list price and replaced by the bill. *Notional* cost is the price of use that nobody"
        " pays, as a subscription covers it or it failed: it is never part of a total.",
    ),
    "finance": (
        "Finance",
        "What was invoiced against what the ledger says, who is charged, what was planned, and what seats are for. The invoice is"
        " never part of the ledger: it is what the ledger is checked with. Columns named `adjustment` may be negative.",
    ),
    "executive": (
        "Management overview",
        "Money and active people, the only two measures that may be added across kinds of tools.",
    ),
    "savings": (
        "Savings by routing",
        "What an AI-task orchestrator saved by choosing a provider for each task, against the baseline that the organisation"
        " approved for the day. Savings are modelled: the same units at another price, signed, never cut off at zero, and unknown"
        " where a price is. They are no part of the spend ledger. docs/savings.md shows how a number is made.",
    ),
    "engineering": (
        "Coding tools",
        "What Cursor and Claude Code report about code. A line accepted is not a line kept, and neither is a measure of a person's"
        " performance: compare teams over months, not people over days.",
    ),
    "metrics": (
        "Delivery",
        "What teams deliver, and whether AI use changes it. Of teams together, never of a person. docs/development-metrics.md says"
        " how the comparison is made and which words it allows.",
    ),
    "api_consumption": (
        "API use",
        "Tokens by kind and their cost, for keys and service accounts. Tokens read from a cache cost a fraction of fresh ones, so a"
        " price per million tokens is only comparable beside the share read from the cache.",
    ),
    "knowledge_workers": (
        "Assistants",
        "Use of claude.ai and Gemini. Gemini says that something was used, never how many tokens or what it cost; claude.ai's figures"
        " depend on the source that speaks (`usage_source`).",
    ),
    "adoption": (
        "Adoption",
        "How many people use what, and whether they stay. A person counts as active on a day when a source shows use, not when a seat"
        " is paid for.",
    ),
    "legacy": (
        "The predecessor's tables",
        "Today's figures in the shape of the tables they replace, for readers that have not moved yet. Use the tables above for new work.",
    ),
    "quality": (
        "Data quality",
        "What a check saw (`observed_value`) against what was promised (`expected_value`), with the figures behind it. Read the"
        " sentence in `finding` first.",
    ),
}

SHOWN_SOURCES = 8

ENDINGS = ("_usd", "_tokens", "_share", "_confidence", "_hours", "_seconds")


def is_number(column: dict[str, Any]) -> bool:
    """Tell whether a column is a number that people read, not a key, a day or a position."""
    name, kind = str(column["name"]), str(column.get("data_type", ""))
    by_name = name.startswith("n_") or name.endswith(ENDINGS) or "_usd_per_" in name
    return by_name or kind.startswith("numeric") or kind.startswith("float")


def served_models() -> dict[str, list[dict[str, Any]]]:
    """Return the models of marts and quality as their YAML describes them, by folder."""
    found: dict[str, list[dict[str, Any]]] = {}
    for layer in ("marts", "metrics", "quality"):
        for path, model in documented(MODELS / layer, "models"):
            found.setdefault(path.parent.name, []).append(model)
    return found


def schema_of(folder: str) -> str:
    """Return the schema of a folder's models."""
    own = {"metrics": "metrics", "quality": "quality", "legacy": "compatibility"}
    return own.get(folder, "marts")


def caveat(model: dict[str, Any], name: str) -> str:
    """Say how a number may be used."""
    if name.endswith("_share") or "_per_" in name:
        return "never add; divide the sums"
    if name.endswith("_confidence") or name in money_of(model).get("never", []):
        return "never add"
    if name.startswith("notional"):
        return "not paid; never part of a total"
    if "adjustment" in name or name in signed(model):
        return "may be negative"
    if "people" in name or "users" in name:
        return "different people; do not add rows"
    if name in ("observed_value", "expected_value"):
        return "unit differs by check"
    return ""


def signed(model: dict[str, Any]) -> set[str]:
    """Return the money columns that a credit can make negative."""
    for test in model.get("data_tests", []):
        if isinstance(test, dict) and "column_promises" in test:
            arguments = test["column_promises"].get("arguments", {})
            return set(arguments.get("signed_columns", []))
    return set()


def money_of(model: dict[str, Any]) -> dict[str, Any]:
    """Return what the model says about adding its money (`meta.money`); nothing when it has none."""
    return dict(model.get("config", {}).get("meta", {}).get("money", {}))


def addable(model: dict[str, Any]) -> str:
    """Say over which rows the model's money may be added; nothing when it has none."""
    money = money_of(model)
    if not money:
        return ""
    rows = money.get("rows")
    if rows == "false":
        return f"**Adding money: never.** {money['why']}"
    over = f"over the rows where `{rows}`" if rows else "over all rows"
    one = " and ".join(f"`{column}`" for column in money.get("one", []))
    return f"**Adding money: {over}{f' of one {one} at a time' if one else ''}.** {money['why']}"


def page(sources: Mapping[str, str]) -> str:
    """Return the whole page; `sources` says for `model.column` what it is made of."""
    models = served_models()
    order = [*SUBJECTS, *(folder for folder in models if folder not in SUBJECTS)]
    parts = [INTRO]
    for folder in order:
        title, about = SUBJECTS.get(folder, (folder.replace("_", " ").capitalize(), ""))
        sections = [
            text for model in models.get(folder, []) for text in _section(model, folder, sources)
        ]
        if sections:
            parts += [f"## {title}\n", *([f"{about}\n"] if about else []), *sections]
    return "\n".join(parts).rstrip() + "\n"


def _section(model: dict[str, Any], folder: str, sources: Mapping[str, str]) -> Iterable[str]:
    numbers = [column for column in model.get("columns", []) if is_number(column)]
    if not numbers:
        return
    # The page speaks of the predecessor's shapes as marts: that is what they are to readers.
    schema = "marts" if folder == "legacy" else schema_of(folder)
    yield f"### `{schema}.{model['name']}`\n"
    yield " ".join(str(model["description"]).split()) + "\n"
    if words := addable(model):
        yield " ".join(words.split()) + "\n"
    yield "| column | what it says | made of | beware |"
    yield "|---|---|---|---|"
    for column in numbers:
        words = " ".join(str(column.get("description", "")).split()).replace("|", "\\|")
        made_of = sources.get(f"{model['name']}.{column['name']}", "")
        yield f"| `{column['name']}` | {words} | {made_of} | {caveat(model, column['name'])} |"
    yield ""


def stated_sources() -> dict[str, str]:
    """Return what the page says now."""
    found, model = {}, ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"### `\w+\.(\w+)`", line):
            model = heading[1]
        elif row := re.match(r"\| `(\w+)` \| .* \| ([^|]*) \| [^|]*\|$", line):
            found[f"{model}.{row[1]}"] = row[2]
    return found


def compiled_sources() -> dict[str, str]:
    """Return what every number is made of, read from the SQL."""
    from bin.column_sources import ColumnSources

    target = ROOT / "data" / "lint" / "metrics"
    subprocess.run(
        ["dbt", "--quiet", "compile", "--target-path", str(target)],  # noqa: S607 - the project's own
        cwd=ROOT,
        check=True,
        env={**os.environ, "WAREHOUSE": "duckdb"},
    )
    lineage = ColumnSources(target / "manifest.json")
    found = {}
    for folder, models in served_models().items():
        for model in models:
            for column in filter(is_number, model.get("columns", [])):
                names = lineage.of(schema_of(folder), model["name"], column["name"])
                found[f"{model['name']}.{column['name']}"] = _cell(names)
    return found


def _cell(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN_SOURCES])
    more = len(names) - SHOWN_SOURCES
    return f"{shown} and {more} more" if more > 0 else shown or "rows counted"


if __name__ == "__main__":
    PAGE.write_text(page(compiled_sources()), encoding="utf-8")
    sys.stdout.write(f"metrics: {PAGE.relative_to(ROOT)} written\n")
