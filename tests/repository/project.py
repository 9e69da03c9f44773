"""The repository as these tests see it: its files, and the dbt project as dbt itself understands it."""

import contextlib
import functools
import io
import os
import subprocess
from pathlib import Path
from typing import Any

from tests import warm

ROOT = Path(__file__).parents[2]


@functools.cache
def tracked_files() -> tuple[Path, ...]:
    """Return the files that git knows or would add, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return tuple(sorted(Path(name) for name in listed if (ROOT / name).is_file()))


def text_of(path: Path) -> str:
    """Return a file's text; binary files have none."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def python_files(*folders: str) -> list[Path]:
    """Return the tracked Python files of some folders."""
    return [path for path in tracked_files() if path.suffix == ".py" and path.parts[0] in folders]


@functools.cache
def manifest() -> Any:
    """Parse the dbt project and return its manifest; needs no warehouse."""
    from dbt.cli.main import dbtRunner

    target = warm.parse_cache(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    command = ["--quiet", "parse", "--project-dir", str(ROOT), "--profiles-dir"]
    command += [str(ROOT / "profiles"), "--target-path", str(target), "--log-path", str(target)]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        outcome = dbtRunner().invoke(command)
    assert outcome.success, outcome.exception or said.getvalue()
    return outcome.result


def nodes(kind: str) -> list[Any]:
    """Return the manifest's nodes of one kind: model, seed, test."""
    return [node for node in manifest().nodes.values() if node.resource_type == kind]
