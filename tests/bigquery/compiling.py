"""Step 1: the project compiled by the real BigQuery adapter, without an account and without network."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.bigquery.manifest import Manifest
from tests.bigquery.workspace import WORK, environment, run


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
