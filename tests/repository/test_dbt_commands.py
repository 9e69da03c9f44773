"""The dbt commands that the documentation gives work as they stand there, also on a warehouse that was never built.

That plain `dbt build` does is shown by tests/e2e/test_unit_tests.py. Of the others: what they select has all that
it reads, or selects it too. CHANGELOG's commands are steps for a warehouse that was built before.
"""

import contextlib
import io
import json
import re
import shlex
from pathlib import Path

import pytest

from tests.repository.project import ROOT, manifest, text_of, tracked_files

# dbt opens a log per command and leaves the one before to be closed by chance.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

COMMAND = re.compile(r"`(dbt (?:build|run|test|seed)\b[^`…]*)`")
SELECTORS = {"--select", "-s", "--exclude", "--indirect-selection", "--resource-type"}


def _commands(*names: str) -> list[str]:
    """Return what stands in backticks and selects something, of some pages or all but the decisions."""
    pages = [Path(name) for name in names] or [
        path
        for path in tracked_files()
        if path.suffix == ".md"
        and path.parts[:2] != ("docs", "decisions")
        and path.name != "CHANGELOG.md"
    ]
    found = {command for page in pages for command in COMMAND.findall(text_of(page))}
    return sorted(command for command in found if "--select" in command or " -s " in command)


def _selected(command: str) -> set[str]:
    """Return the unique ids of all that a command selects."""
    from dbt.cli.main import dbtRunner

    words = [word for word in shlex.split(command)[2:] if word != "--full-refresh"]
    arguments = ["--quiet", "ls", "--output", "json", "--output-keys", "unique_id", *words]
    arguments += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT / "profiles")]
    target = ROOT / "data" / "test" / "ls"
    arguments += ["--target-path", str(target), "--log-path", str(target)]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        outcome = dbtRunner(manifest=manifest()).invoke(arguments)
    assert outcome.success, outcome.exception or said.getvalue()
    assert isinstance(outcome.result, list)
    return {json.loads(line)["unique_id"] for line in outcome.result}


@pytest.mark.parametrize("command", _commands())
def test_a_documented_command_needs_nothing_that_is_not_built_yet(command: str) -> None:
    selected = _selected(command)
    assert selected
    known = manifest()
    missing = {
        f"{name.split('.')[-1]} reads {parent.split('.')[-1]}"
        for name in selected
        if name in known.nodes
        for parent in getattr(known.nodes[name].depends_on, "nodes", [])
        if not parent.startswith("source.") and parent not in selected
    }
    assert missing == set()


@pytest.mark.parametrize("command", _commands("CHANGELOG.md"))
def test_a_step_for_owners_names_what_there_is(command: str) -> None:
    words = [word for word in shlex.split(command) if word not in SELECTORS]
    names = {node.name for node in manifest().nodes.values()}
    assert {word.strip("+") for word in words[2:] if not word.startswith("-")} <= names


def test_there_are_commands() -> None:
    assert len(_commands()) >= 3
    assert len(_commands("CHANGELOG.md")) >= 2
