"""Step 1: the project compiled by the real BigQuery adapter, without an account and without network."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.bigquery.manifest import Manifest
from tests.bigquery.workspace import ROOT, WORK, environment, run

PROJECT = ("dbt_project.yml", "dbt_project", "macros", "tests/dbt", "profiles")
"""What is compiled; by mtime, so that a file that is gone counts by its folder."""


@dataclass(frozen=True)
class Compiled:
    """The project as BigQuery would get it: into an empty warehouse, and into a filled one."""

    first: Manifest
    incremental: Manifest


def compile_project(
    folder: Path = WORK / "compiled", settings: Mapping[str, str] = MappingProxyType({})
) -> tuple[Compiled, float]:
    """Compile both branches with these settings. Return them and the seconds it took."""
    command = [sys.executable, "-m", "tests.bigquery.compile_process", str(folder)]
    seconds = run(command, folder / "compile.log", environment(**settings))
    return read_compiled(folder), seconds


def read_compiled(folder: Path = WORK / "compiled") -> Compiled:
    """Read what an earlier `compile_project` left."""
    return Compiled(
        first=Manifest.read(folder / "first"), incremental=Manifest.read(folder / "incremental")
    )


def is_compiled(folder: Path = WORK / "compiled") -> bool:
    """Tell whether an earlier `compile_project` read the project as it is now."""
    done = folder / "incremental" / "extras.json"
    if not done.exists():
        return False
    paths = [path for name in PROJECT for path in ((ROOT / name), *(ROOT / name).rglob("*"))]
    return max(path.stat().st_mtime for path in paths) < done.stat().st_mtime
