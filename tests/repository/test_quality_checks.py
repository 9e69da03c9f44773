"""Every data-quality check is in the index, has a model, and reaches the results people read."""

import csv
import re

from extract.sources import TABLES
from tests.repository.project import ROOT, manifest, nodes

PREFIX = "model.ai_usage."
SEEDS = ROOT / "dbt_project" / "seeds"
INDEX = SEEDS / "reference" / "quality_checks.csv"
RESULT = ["check_date", "check_name", "check_scope", "finding", "observed_value", "expected_value"]


def _checks() -> dict[str, str]:
    """Return the SQL of the models that return findings, by name."""
    return {
        node.name: node.raw_code
        for node in nodes("model")
        if node.name.startswith("dq_")
        and "finding" in node.columns
        and node.name not in ("dq_findings", "dq_results")
    }


def test_every_check_reaches_the_results() -> None:
    checks = _checks()
    assert len(checks) > 5
    united = manifest().nodes[f"{PREFIX}dq_findings"].depends_on.nodes
    assert sorted(united) == sorted(f"{PREFIX}{name}" for name in checks)


def test_every_row_of_the_index_has_a_model() -> None:
    with INDEX.open(encoding="utf-8", newline="") as file:
        names = [row["check_name"] for row in csv.DictReader(file)]
    code = "\n".join(_checks().values())
    assert [name for name in names if f"'{name}'" not in code] == []


def test_every_check_returns_the_same_columns_first() -> None:
    for node in nodes("model"):
        if node.name in _checks():
            assert list(node.columns)[: len(RESULT)] == RESULT, node.name


def test_every_check_is_unit_tested() -> None:
    tested = {test.model for test in manifest().unit_tests.values()}
    assert sorted(set(_checks()) - tested) == []


def test_every_raw_table_has_a_freshness_promise() -> None:
    wanting = [
        f"{source.source_name}.{source.name}"
        for source in manifest().sources.values()
        if "last_successful_read" not in str(source.loaded_at_query)
        or not source.freshness
        or not (source.freshness.warn_after and source.freshness.error_after)
    ]
    assert wanting == [], "give its source the config that the other _*__sources.yml have"

    with (SEEDS / "rules" / "source_freshness.csv").open(encoding="utf-8", newline="") as file:
        promised = {(row["source_name"], row["resource_name"]) for row in csv.DictReader(file)}
    landed = {(source, table.name) for source in TABLES for table in TABLES[source]}
    # A source that dbt reads and the loaders do not yet know may be promised already.
    assert landed - promised == set()


def test_what_is_said_of_all_sources_is_said_of_all() -> None:
    macro = manifest().macros["macro.ai_usage.source_names"].macro_sql
    assert sorted(re.findall(r"'(\w+)'", macro)) == sorted(
        {source.source_name for source in manifest().sources.values()}
    )


def test_every_source_says_what_it_shows() -> None:
    path = SEEDS / "rules" / "source_contents.csv"
    with path.open(encoding="utf-8", newline="") as file:
        said = {row["source_name"] for row in csv.DictReader(file) if row["content_text"]}
    assert said == set(TABLES)
