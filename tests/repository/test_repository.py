"""What holds for every file: no leftovers, no addresses of registries, nothing too long; the Makefile explains itself."""

import re
import subprocess

import pytest

from tests.repository.project import ROOT, text_of, tracked_files

MAX_LINES = 400
GENERATED = {"metrics.md"}  # bin/metrics_page.py writes it from the descriptions of the columns
# Data, recorded answers and pictures are as long as they are.
NOT_SOURCE = {".csv", ".json", ".jsonl", ".svg", ".lock"}
# Written apart so that this file does not find itself.
LEFTOVER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
REGISTRY = re.compile(
    r"pypi\.(org|python)|files\.python"
    + r"hosted|registry\.npmjs|index-url|extra-index|find-links|\bartifactory\b"
)
# The only places that may speak of an index: how a lock is made, and installed, without naming one.
MAY_NAME_OPTIONS = {
    "bin/lock",
    "bin/install.py",
    "tests/repository/test_repository.py",
    "tests/unit/bin/test_install.py",
}
TARGETS = {
    "help",
    "setup",
    "setup-test",
    "run",
    "test",
    "docs",
    "backfill",
    "bench",
    "lint",
    "bigquery-check",
    "clean",
}


def _makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


def _targets() -> dict[str, str]:
    return dict(re.findall(r"^([a-z][a-z-]*):.*?##\s*(.+)$", _makefile(), re.MULTILINE))


def test_no_file_is_too_long() -> None:
    long = {
        str(path): n_lines
        for path in tracked_files()
        if path.name not in GENERATED
        and path.suffix not in NOT_SOURCE
        and (n_lines := len(text_of(path).splitlines())) > MAX_LINES
        # YAML of documentation is as long as the tables are wide.
        and not (path.suffix == ".yml" and path.parts[0] == "dbt_project")
    }
    assert long == {}


def test_no_leftovers() -> None:
    found = [
        str(p)
        for p in tracked_files()
        if LEFTOVER.search(text_of(p)) and p.suffix not in NOT_SOURCE
    ]
    assert found == []


def test_no_registry_is_named() -> None:
    found = [
        str(path)
        for path in tracked_files()
        if str(path) not in MAY_NAME_OPTIONS and REGISTRY.search(text_of(path))
    ]
    assert found == []


def test_makefile_has_the_promised_targets_and_explains_each() -> None:
    targets = _targets()
    assert set(targets) >= TARGETS
    defined = set(re.findall(r"^([a-z][a-z-]*):", _makefile(), re.MULTILINE))
    assert defined == set(targets), "every target has a `## comment`"
    phony = re.search(r"^\.PHONY: (.+)$", _makefile(), re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == defined


def test_help_lists_every_target() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    for target in _targets():
        assert re.search(rf"^  make {target} ", said, re.MULTILINE), target


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "docs/testing.md", "docs/troubleshooting.md"]
)
def test_pages_name_only_targets_that_exist(page: str) -> None:
    named = re.findall(r"(?:`|^)make ([a-z][a-z -]*)", text_of(ROOT / page), re.MULTILINE)
    words = {word for phrase in named for word in phrase.split()}
    assert words <= set(_targets()), f"{page} names a target that does not exist"


def test_pages_mention_every_promised_target() -> None:
    pages = " ".join(text_of(path) for path in tracked_files() if path.suffix == ".md")
    assert [
        target
        for target in TARGETS - {"help"}
        if not re.search(rf"make [a-z -]*\b{target}\b", pages)
    ] == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{path}: {target}"
        for path in tracked_files()
        if path.suffix == ".md"
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text_of(path))
        if not (ROOT / path.parent / target).exists()
    ]
    assert broken == []


def test_recipes_are_short() -> None:
    recipes = re.findall(r"^[a-z-]+:.*\n((?:\t.*\n?)+)", _makefile(), re.MULTILINE)
    assert max(len(recipe.strip().splitlines()) for recipe in recipes) <= 2


def test_ci_runs_what_everybody_runs() -> None:
    assert text_of(ROOT / ".ci" / "run").rstrip().endswith("exec make test")
    assert ".ci/run" in text_of(ROOT / ".github" / "workflows" / "test.yml")


def test_the_night_runs_what_everybody_can_run() -> None:
    nightly = text_of(ROOT / ".github" / "workflows" / "proofs.yml")
    assert "run: make proofs" in nightly
    assert "schedule:" in nightly
