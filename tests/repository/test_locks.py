"""What is installed: every lock pins and hashes all of it, is closed, and names no more than what is asked for."""

import ast
import importlib.metadata
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.project import ROOT, python_files, text_of

LOCKS = sorted(ROOT.glob("requirements*.lock"))
# The larger has the smaller one in it, to the last hash: what is tested is what is used.
NESTED = ["requirements.lock", "requirements-bigquery.lock", "requirements-test.lock"]
USERS_CODE = ("warehouse", "extract", "serving", "privacy", "migration", "sandbox")
# Imported where WAREHOUSE is bigquery and nowhere else.
BIGQUERY_MODULES = {"google.cloud", "google.api_core"}


def _pinned(lock: str) -> dict[str, str]:
    """Return the hashes of a lock, by the requirement that they are for."""
    lines = [line for line in text_of(ROOT / lock).splitlines() if not re.match(r"\s*#", line)]
    entries = re.split(r"\n(?=[a-z0-9])", "\n".join(lines).replace("\\", ""))
    halves = [entry.partition("--hash") for entry in entries if re.match(r"[a-z0-9]", entry)]
    return {requirement.strip(): hashes for requirement, _, hashes in halves}


def _asked(source: str) -> list[Requirement]:
    """Return what a source asks for, by name."""
    asked: list[Requirement] = []
    for line in text_of(ROOT / source).splitlines():
        if other := re.match(r"-r (.+)", line):
            asked += _asked(other[1])
        elif re.match(r"\w", line):
            asked.append(Requirement(line.split(" #")[0]))
    return asked


@cache
def _needs(name: str, extras: frozenset[str]) -> list[Requirement]:
    """Return what an installed package needs on this machine."""
    needs = map(Requirement, importlib.metadata.distribution(name).requires or [])
    return [need for need in needs if any(_holds(need, extra) for extra in extras | {""})]


def _holds(need: Requirement, extra: str = "") -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def test_every_source_has_its_lock() -> None:
    assert [path.stem for path in LOCKS] == [
        path.stem for path in sorted(ROOT.glob("requirements*.in"))
    ]


@pytest.mark.parametrize("lock", [path.name for path in LOCKS])
def test_lock_pins_one_version_of_each_package_with_its_hashes_and_no_extra(lock: str) -> None:
    pinned = _pinned(lock)
    assert pinned
    entry = re.compile(r"[a-z0-9.-]+==[^\s;,*]+( ; .+)?")
    assert [requirement for requirement in pinned if not entry.fullmatch(requirement)] == []
    assert [requirement for requirement, hashes in pinned.items() if "sha256:" not in hashes] == []


@pytest.mark.parametrize("lock", [path.name for path in LOCKS])
def test_lock_covers_what_is_asked_for(lock: str) -> None:
    asked: set[str] = {
        canonicalize_name(need.name) for need in _asked(lock.replace(".lock", ".in"))
    }
    assert asked
    assert asked - {need.split("==")[0] for need in _pinned(lock)} == set()


@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(NESTED)))
def test_larger_environment_has_the_smaller_one_in_it(smaller: str, larger: str) -> None:
    inner, outer = _pinned(smaller), _pinned(larger)
    assert {need for need, hashes in inner.items() if outer.get(need) != hashes} == set()


def test_what_a_job_records_with_is_what_the_loader_reads_with() -> None:
    """Other versions of DuckDB could take for good what the loader refuses."""
    everything = _pinned("requirements.lock")
    inner = {
        need.partition(" ; ")[0]: hashes
        for need, hashes in _pinned("requirements-record.lock").items()
    }
    outer = {need.partition(" ; ")[0]: hashes for need, hashes in everything.items()}
    assert {need for need, hashes in inner.items() if outer.get(need) != hashes} == set()


@pytest.mark.parametrize("lock", NESTED)
def test_lock_is_closed_and_has_nothing_else(lock: str) -> None:
    """Extras included, which `pip check` does not look at."""
    here = {need.name for need in map(Requirement, _pinned(lock)) if _holds(need)}
    waiting = [need for need in _asked(lock.replace(".lock", ".in")) if _holds(need)]
    seen: set[tuple[str, frozenset[str]]] = set()
    missing: set[str] = set()
    while waiting:
        need = waiting.pop()
        name, extras = canonicalize_name(need.name), frozenset(need.extras)
        if name not in here:
            missing.add(str(need))
        elif not need.specifier.contains(importlib.metadata.version(name), prereleases=True):
            missing.add(f"{need}, installed is {importlib.metadata.version(name)}")
        elif (name, extras) not in seen:
            seen.add((name, extras))
            waiting += _needs(name, extras)
    assert missing == set()
    assert here - {name for name, _ in seen} == set()


def test_what_users_run_imports_only_what_its_source_names() -> None:
    """A package that another one happens to bring may be gone after the next `make lock`."""
    owners = importlib.metadata.packages_distributions()
    named = {canonicalize_name(need.name) for need in _asked("requirements.in")}
    unnamed = {
        f"{path}: {module}"
        for path in python_files(*USERS_CODE)
        for module in _imported(path)
        if ".".join(module.split(".")[:2]) not in BIGQUERY_MODULES
        for brought in [{canonicalize_name(name) for name in owners.get(module.split(".")[0], [])}]
        if brought and not brought & named
    }
    assert unnamed == set()


def _imported(path: Path) -> set[str]:
    """Return the modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module}
            if node.module == "google":
                found |= {f"google.{alias.name}" for alias in node.names}
    return found
