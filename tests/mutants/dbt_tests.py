"""Runs dbt's tests in a copy, against a small company that is loaded and built there once."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.copies import DATA, SETTINGS, environment
from tests.mutants.outcomes import Became, Outcome, Outcomes
from tests.mutants.warm import TooLongError, run

DBT = ("--log-level", "warn", "--log-level-file", "none", "--no-use-colors")
ENVIRONMENT = {**environment(), **SETTINGS}
PREPARATION_SECONDS = 900.0
_BUILT = DATA / "built.duckdb"
_WAREHOUSE = DATA / "warehouse.duckdb"
_RESULTS = DATA / "target" / "run_results.json"
_BECAME = {"pass": Became.GREEN, "warn": Became.RED, "fail": Became.RED}


class PreparationError(Exception):
    """The company could not be loaded and built; the message is the program's."""


def prepare(folder: Path) -> None:
    """Load the invented company and build all models, without any fault."""
    loaded = subprocess.run(
        [sys.executable, "-m", "sandbox", "exec", "--", sys.executable, "-m", "extract"],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=PREPARATION_SECONDS,
        check=False,
    )
    if loaded.returncode:
        raise PreparationError((loaded.stdout + loaded.stderr)[-2_000:])
    left_out = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
    code, said = run("dbt", folder, [*DBT, "build", *left_out], ENVIRONMENT, PREPARATION_SECONDS)
    if code:
        raise PreparationError(said[-2_000:])
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
        _, said = run("dbt", folder, [*command, "--select", *models, *tests], ENVIRONMENT, seconds)
    except TooLongError as error:
        return {test: Outcome(Became.BROKEN, str(error)) for test in tests}
    finally:
        if models:
            shutil.copy2(folder / _BUILT, folder / _WAREHOUSE)
    if not (folder / _RESULTS).exists():
        last = " ".join(said.split())[-200:]
        return {test: Outcome(Became.BROKEN, f"dbt ran nothing: {last}") for test in tests}
    found = {}
    for result in json.loads((folder / _RESULTS).read_text(encoding="utf-8"))["results"]:
        became = _BECAME.get(result["status"], Became.BROKEN)
        message = " ".join((result.get("message") or "").split())[:200]
        # unit_test.project.model.name, test.project.name[.hash]
        kind, _, *named = result["unique_id"].split(".")
        found[named[1] if kind == "unit_test" else named[0]] = Outcome(became, message)
    return {test: found[test] for test in tests if test in found}
