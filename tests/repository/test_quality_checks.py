"""Every data-quality check is in the index, has a model, and reaches the results people read."""

import csv

from tests.repository.project import ROOT, manifest, nodes

PREFIX = "model.ai_usage."
INDEX = ROOT / "dbt_project" / "seeds" / "reference" / "quality_checks.csv"
RESULT = ["check_name", "check_scope", "finding", "observed_value", "expected_value", "check_date"]


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


def test_every_check_returns_the_same_columns_last() -> None:
    for node in nodes("model"):
        if node.name in _checks():
            assert list(node.columns)[-len(RESULT) :] == RESULT, node.name


def test_every_check_is_unit_tested() -> None:
    tested = {test.model for test in manifest().unit_tests.values()}
    assert sorted(set(_checks()) - tested) == []
