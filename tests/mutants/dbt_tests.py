"""Runs dbt's tests in a copy, against a small company that is loaded and built there once."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.copies import DATA, SETTINGS, environment
from tests.mutants.outcomes import Became, Outcome, Outcomes

DBT = ("dbt", "--log-level", "warn", "--log-level-file", "none", "--no-use-colors")
PREPARATION_SECONDS = 900.0
_BUILT = DATA / "built.duckdb"
_WAREHOUSE = DATA / "warehouse.duckdb"
_RESULTS = DATA / "target" / "run_results.json"
_BECAME = {"pass": Became.GREEN, "warn": Became.RED, "fail": Became.RED}


class PreparationError(Exception):
    """The company could not be loaded and built; the message is the program's."""


def prepare(folder: Path) -> None:
    """Load the invented company and build all models, without any fault."""
    extract = [sys.executable, "-m", "sandbox", "exec", "--", sys.executable, "-m", "extract"]
    build = [*DBT, "build", "--exclude-resource-type", "unit_test"]
    build += ["--exclude-resource-type", "test"]
    for command in (extract, build):
        done = _run(command, folder, PREPARATION_SECONDS)
        if done.returncode:
            raise PreparationError((done.stdout + done.stderr)[-2_000:])
    shutil.copy2(folder / _WAREHOUSE, folder / _BUILT)


def share(prepared: Path, folder: Path) -> None:
    """Give another copy what was prepared in one, with dbt's reading of the project."""
    shutil.copytree(prepared / DATA, folder / DATA, dirs_exist_ok=True)


def run_dbt(
    folder: Path, tests: Sequence[str], *, seconds: float, models: Sequence[str] = ()
) -> Outcomes:
    """Run tests, and before them build some models anew; return what became of each test.

    Args:
        folder: A copy in which the company is prepared.
        tests: Names of unit tests or of singular tests.
        seconds: A run that takes longer is stopped; its tests are broken.
        models: Built whole before the tests, on a warehouse that forgets it afterwards.
    """
    (folder / _RESULTS).unlink(missing_ok=True)
    command = [*DBT, "build" if models else "test", "--indirect-selection", "empty"]
    if models:
        command += ["--full-refresh", "--exclude-resource-type", "unit_test"]
    try:
        done = _run([*command, "--select", *models, *tests], folder, seconds)
    except subprocess.TimeoutExpired:
        return {test: Outcome(Became.BROKEN, f"took longer than {seconds:.0f} s") for test in tests}
    finally:
        if models:
            shutil.copy2(folder / _BUILT, folder / _WAREHOUSE)
    if not (folder / _RESULTS).exists():
        said = " ".join((done.stdout + done.stderr).split())
        return {test: Outcome(Became.BROKEN, f"dbt ran nothing: {said[-200:]}") for test in tests}
    found = {}
    for result in json.loads((folder / _RESULTS).read_text(encoding="utf-8"))["results"]:
        became = _BECAME.get(result["status"], Became.BROKEN)
        message = " ".join((result.get("message") or "").split())[:200]
        # unit_test.project.model.name, test.project.name[.hash]
        kind, _, *named = result["unique_id"].split(".")
        found[named[1] if kind == "unit_test" else named[0]] = Outcome(became, message)
    return {test: found[test] for test in tests if test in found}


def _run(command: list[str], folder: Path, seconds: float) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=folder,
        env={**environment(), **SETTINGS},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
