"""Every make target has the settings of `.env`, in the one way there is, or has nothing to do with anybody's data.

A recipe that runs a program otherwise would work on another warehouse than `.env` says, and end with 0.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.elsewhere import lines_to
from tests.repository.project import ROOT

NEED_NO_SETTINGS = {
    "help": "lists the targets",
    "setup-test": "makes an environment",
    "setup-npm": "installs what tests use",
    "lint": "reads files",
    "format": "rewrites files",
    "lock": "resolves requirements",
    "test": "has a company and a place of its own: bin/check empties ENV_FILE",
    "proofs": "the same",
    "unit": "the same: tests/conftest.py empties ENV_FILE",
    "coverage": "runs the same tests",
    "mutants": "the same, on copies",
    "infra-check": "reads files",
    "sbom": "reads a lock",
    "audit": "reads locks",
    "bigquery-check": "fixes every setting itself (tests/bigquery/workspace.py)",
}
IN = {
    "python -m serving": "serving/__main__.py",
    "python -m dashboards": "dashboards/__main__.py",
    "python -m privacy": "privacy/__main__.py",
    "python -m migration": "migration/__main__.py",
    "python -m benchmarks": "benchmarks/__main__.py",
    "python -m benchmarks.api": "benchmarks/api/__main__.py",
    "python -m benchmarks.dashboards": "benchmarks/dashboards.py",
    "python -m benchmarks.door": "benchmarks/door/__main__.py",
    "python -m benchmarks.pages": "benchmarks/pages.py",
    "python -m benchmarks.savings": "benchmarks/savings.py",
    "python -m tests.metabase": "tests/metabase/__main__.py",
    "bin/run": "bin/whole_run.py",
    "bin/clean": "bin/cleaning.py",
}
"""How a recipe begins a program of ours, and the file that reads the settings."""
OTHERS = {"bin/with-settings": "bin/with-settings", "bin/setup": "bin/setup"}


def recipes() -> dict[str, str]:
    """Return what each target does, without what stands before its program."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.findall(r"^([a-z][a-z-]*):[^\n]*\n((?:\t.*\n?)+)", text, re.MULTILINE)
    return {name: re.sub(r'^@(?:[A-Z]+="[^"]*" )*', "", recipe.strip()) for name, recipe in found}


def way_in(recipe: str) -> str:
    """Return the file by which a recipe reads the settings."""
    known = {**IN, **OTHERS}
    begins = [start for start in known if re.match(rf"{re.escape(start)}(\s|$)", recipe)]
    assert len(begins) == 1, f"{recipe}: begin it in one of these ways: {', '.join(known)}"
    return known[begins[0]]


@pytest.mark.parametrize("target", sorted(set(recipes()) - set(NEED_NO_SETTINGS)))
def test_a_target_reads_the_settings(target: str) -> None:
    file = way_in(recipes()[target])
    text = (ROOT / file).read_text(encoding="utf-8")
    if file.startswith("bin/") and not file.endswith(".py"):
        assert "warehouse/env_file.py" in text
    else:
        assert re.search(r'^    begin\("[a-z-]+", main\)$', text, re.MULTILINE), file
    if "|| " in recipes()[target] or ";" in recipes()[target]:
        pytest.fail("a recipe is one program, so that its exit code is make's")


def test_what_needs_no_settings_is_still_there() -> None:
    assert set(NEED_NO_SETTINGS) <= set(recipes()) | {"help"}


def elsewhere(folder: Path) -> Path:
    """Write a settings file that leads into the folder."""
    lines = lines_to(folder)
    file = folder / "settings"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("focus", "published/current.json"),
        ("migrate-validate", "w.duckdb"),
        ("retention", "w.duckdb"),
    ],
)
def test_a_target_goes_where_the_settings_lead(tmp_path: Path, target: str, place: str) -> None:
    """Naive: it works on data/ of the checkout, whatever `.env` says."""
    folder = tmp_path / "a place"
    folder.mkdir()
    # `make test` is a make, too, and would be heard in what this one says.
    env = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    # Without the environments, which are there: this is about what the recipe does.
    done = subprocess.run(
        ["make", "--old-file=setup", target],  # noqa: S607
        cwd=ROOT,
        env={**env, "ENV_FILE": str(elsewhere(folder))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, "make's own code, whatever the program's is"
    assert str(folder / place) in done.stderr
    assert re.search(r"exit code 1: .*\nmake: \*\*\* .*Error 1$", done.stderr.strip())


def test_python_keeps_what_it_has_compiled() -> None:
    """Naive: where the shell forbids it, each program of `make test` compiles dlt and dbt again."""
    probe = "probe: ; @printenv PYTHONDONTWRITEBYTECODE || echo kept"
    env = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    done = subprocess.run(
        ["make", f"--eval={probe}", "probe"],  # noqa: S607
        cwd=ROOT,
        env={**env, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "kept\n"
