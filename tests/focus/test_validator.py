"""The FinOps Foundation's validator over exported files. It runs where Python 3.12 is at hand."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from serving.focus.export import export
from tests.focus.conftest import KEY, Make
from tests.repository.project import ROOT

LOCK = ROOT / "requirements-focus.lock"
CRITERIA = (
    "ACCOUNT_NAMING_SUPPORTED,MULTIPLE_PRICING_CATEGORIES_SUPPORTED,NEGOTIATED_PRICING_SUPPORTED,"
    "PUBLIC_PRICE_LIST_SUPPORTED,USAGE_MEASUREMENT_SUPPORTED,UNIT_PRICING_SUPPORTED,"
    "SUB_ACCOUNT_SUPPORTED,TAGGING_SUPPORTED"
)
# Its condition is not machine-readable, so it fails whatever a file says: docs/focus.md.
UNAVOIDABLE = {"InvoiceId-C-005-C"}


def _python() -> str | None:
    """Return a Python 3.12 that runs: FOCUS_PYTHON, else the one on the path."""
    for name in (os.environ.get("FOCUS_PYTHON"), "python3.12"):
        path = shutil.which(name) if name else None
        if (
            path
            and subprocess.run([path, "--version"], capture_output=True, check=False).returncode
            == 0
        ):
            return path
    return None


@pytest.fixture(scope="module")
def environment() -> Path:
    """The validator's own environment, made from its lock."""
    python = _python()
    if python is None:
        pytest.skip("FOCUS validator: needs Python 3.12 (FOCUS_PYTHON); own rules still ran")
    folder = ROOT / ".venv-focus"
    install = [python, str(ROOT / "bin" / "install.py"), str(LOCK), str(folder)]
    subprocess.run(install, check=True, capture_output=True)
    return folder


def _failures(environment: Path, file: Path, folder: Path) -> tuple[dict[str, int], set[str]]:
    """Run the validator and return its totals and the checks that failed: its exit code is always 0."""
    (package,) = environment.glob("lib/python3*/site-packages/focus_validator")
    # It opens this file relative to where it runs.
    rules = folder / "focus_validator" / "rules"
    rules.mkdir(parents=True)
    shutil.copy(package / "rules" / "currency_codes.csv", rules)
    command = [
        *(str(environment / "bin" / "focus-validator"), "--data-file", str(file)),
        *("--validate-version", "1.2", "--focus-dataset", "CostAndUsage", "--block-download"),
        *("--applicability-criteria", CRITERIA),
    ]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Total: (\d+) \| Pass: (\d+) \| Fail: (\d+) \| Skipped: (\d+)", said)
    assert found, said[-2000:]
    totals = dict(zip(("total", "pass", "fail", "skipped"), map(int, found.groups()), strict=True))
    failed = set(re.findall(r"^\S+ (\S+): FAIL", said, re.MULTILINE))
    assert len(failed) == totals["fail"]
    return totals, failed


@pytest.mark.slow
def test_validator_finds_what_it_cannot_help_finding_and_nothing_else(
    environment: Path, make_snapshot: Make, tmp_path: Path
) -> None:
    folder = export(make_snapshot(), tmp_path / "focus", KEY).folder
    file = folder / "focus_cost_and_usage_2026-06.parquet"
    totals, failed = _failures(environment, file, tmp_path / "run")
    assert failed == UNAVOIDABLE
    assert (totals["total"], totals["skipped"]) == (578, 328)


@pytest.mark.slow
def test_validator_sees_a_wrong_charge_category(
    environment: Path, make_snapshot: Make, tmp_path: Path
) -> None:
    wrong = "update mart set charge_category = 'Consumption' where charge_id = 'charge_1'"
    folder = export(make_snapshot(wrong), tmp_path / "focus", KEY).folder
    _, failed = _failures(
        environment, folder / "focus_cost_and_usage_2026-06.parquet", tmp_path / "run"
    )
    assert failed - UNAVOIDABLE
